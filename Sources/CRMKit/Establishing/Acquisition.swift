/// An effort to make customers of those in a group, within what the firm can do at a time.
public struct Acquisition: Versioned {
  /// What names it for good.
  public let id: Identifier<Acquisition>

  /// Its short name, for good.
  public var name: String

  /// What it is called.
  public var title: String

  /// The short name of the group it is for.
  public var group: String

  /// How many the firm can develop at a time: chosen, and without a first deal.
  public var capacity: Int

  /// Who sees to it.
  public var owner: Principal

  /// Within how many days after the first deal the customer is to be asked for what the file
  /// lacks.
  public var askWithinDays: Int

  /// When it began.
  public var startedAt: Instant

  /// When it ended, if it did; nothing is noticed from then on.
  public var closedAt: Instant?

  /// The criteria as JSON.
  var json: String

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Acquisition/name``, for filters and sorting.
    public let name = Field<Acquisition, String>("name", { $0.name }, { $0.name = $1 })

    /// ``Acquisition/title``, for filters and sorting.
    public let title = Field<Acquisition, String>("title", { $0.title }, { $0.title = $1 })

    /// ``Acquisition/group``, for filters and sorting.
    public let group = Field<Acquisition, String>("group", { $0.group }, { $0.group = $1 })

    /// ``Acquisition/capacity``, for filters and sorting.
    public let capacity = Field<Acquisition, Int>("capacity", { $0.capacity }, { $0.capacity = $1 })

    /// ``Acquisition/owner``, for filters and sorting.
    public let owner = Field<Acquisition, Principal>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Acquisition/askWithinDays``, for filters and sorting.
    public let askWithinDays = Field<Acquisition, Int>(
      "ask_within_days", { $0.askWithinDays }, { $0.askWithinDays = $1 })

    /// ``Acquisition/startedAt``, for filters and sorting.
    public let startedAt = Field<Acquisition, Instant>(
      "started_at", { $0.startedAt }, { $0.startedAt = $1 })

    /// ``Acquisition/closedAt``, for filters and sorting.
    public let closedAt = Field<Acquisition, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    let json = Field<Acquisition, String>("json", { $0.json }, { $0.json = $1 })

    /// ``Acquisition/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Acquisition, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Acquisition/version``, for filters and sorting.
    public let version = Field<Acquisition, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Acquisition>(
    "acquisitions", fields,
    indexes: [
      .unique(fields.name),
      .ordered(fields.group),
      .ordered(fields.owner),
    ]
  ) {
    Acquisition(
      id: $0, name: "", title: "", group: "", capacity: 0, owner: .system, askWithinDays: 0,
      startedAt: .earliest, json: "[]", modifiedAt: .earliest, version: 1)
  }
}
