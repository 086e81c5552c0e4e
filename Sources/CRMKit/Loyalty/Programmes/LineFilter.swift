/// Which lines of an order are meant.
///
///     LineFilter(categories: ["wine"])
///     LineFilter(items: ["cd-1", "cd-2"])
public struct LineFilter: Hashable, Sendable {
  /// Those of these categories.
  public var categories: [String]

  /// Those of these items, by the host's numbers of them.
  public var items: [String]

  /// Whether the lines are meant that are of none of them.
  public var isInverted: Bool

  /// The lines of some categories and of some items.
  public init(categories: [String] = [], items: [String] = []) {
    self.categories = categories
    self.items = items
    isInverted = false
  }

  /// All lines.
  public static let all = LineFilter.except()

  /// No line.
  public static let nothing = LineFilter()

  /// The lines that are neither of some categories nor of some items.
  public static func except(categories: [String] = [], items: [String] = []) -> LineFilter {
    var filter = LineFilter(categories: categories, items: items)
    filter.isInverted = true
    return filter
  }
}

extension LineFilter {
  var isAll: Bool { isInverted && categories.isEmpty && items.isEmpty }

  /// Whether a line is meant.
  func matches(_ line: EarnLine) -> Bool {
    let isNamed =
      line.category.map { categories.contains($0) } == true
      || line.item.map { items.contains($0) } == true
    return isNamed != isInverted
  }
}

extension LineFilter: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.categories, into: &categories)
    try stored.read(.items, into: &items)
    try stored.read(.isInverted, into: &isInverted)
  }
}
