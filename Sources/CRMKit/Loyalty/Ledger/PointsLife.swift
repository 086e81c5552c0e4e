/// How long points that are added by hand last.
public enum PointsLife: Hashable, Sendable, Codable {
  /// As long as earned ones.
  case byProgramme
  /// Up to the end of a day.
  case until(CalendarDate)
  /// For ever.
  case forever
}

/// Written as a word, or as the day in ISO 8601.
extension PointsLife: RawRepresentable, FieldValue {
  public init?(rawValue: String) {
    switch rawValue {
    case "by_programme": self = .byProgramme
    case "forever": self = .forever
    default:
      guard let day = CalendarDate(rawValue) else { return nil }
      self = .until(day)
    }
  }

  public var rawValue: String {
    switch self {
    case .byProgramme: "by_programme"
    case .until(let day): day.description
    case .forever: "forever"
    }
  }
}
