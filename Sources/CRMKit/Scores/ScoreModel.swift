/// How customers are scored: rules that give points, in groups with caps.
///
/// A model is data: it is defined in a CRM (``ScoreOperations/define(_:)``), versioned, and
/// changed without the program. Several can stand side by side, each by its name.
///
///     ScoreModel(
///       "engagement", groups: [.init("clicks", cap: 40), .init("fit")],
///       rules: [
///         ScoreRule("clicked", in: "clicks", 5, each: .interactions { $0.channel == .web }),
///         ScoreRule("is in Korea", in: "fit", 30, when: .customer { $0.country == "KR" }),
///       ],
///       limit: 100, floor: 0)
public struct ScoreModel: Hashable, Sendable, Codable {
  /// The name, the same from version to version.
  public let name: String

  /// 1 for the first definition, raised by one with each change.
  public let version: Int

  /// The groups.
  public let groups: [Group]

  /// What gives points and takes some away.
  public let rules: [ScoreRule]

  /// The most a score comes to; `nil` for no limit.
  public let limit: Int?

  /// The least a score comes to; `nil` where it may be below zero.
  public let floor: Int?

  /// Where days and months are meant.
  public let days: LifecycleModel.DayZone

  /// Rules whose points are added up and capped together.
  public struct Group: Hashable, Sendable, Codable {
    /// The name, one of its kind in the model.
    public let name: String

    /// The most its rules come to together, those that take points away counted; `nil` for no cap.
    public let cap: Int?

    /// A group.
    public init(_ name: String, cap: Int? = nil) {
      self.name = name
      self.cap = cap
    }
  }

  /// A model; ``ScoreOperations/define(_:)`` looks whether it can work.
  public init(
    _ name: String, version: Int = 1, groups: [Group], rules: [ScoreRule], limit: Int? = nil,
    floor: Int? = nil, days: LifecycleModel.DayZone = .customer
  ) {
    self.name = name
    self.version = version
    self.groups = groups
    self.rules = rules
    self.limit = limit
    self.floor = floor
    self.days = days
  }
}
