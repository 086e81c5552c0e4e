import Foundation

/// How far zones are ahead of UTC, remembered by day: the system takes long to say it.
enum ZoneOffsets {
  /// More days than these are not remembered.
  private static let mostDays = 20_000

  private struct Known {
    /// By zone and day of UTC; `nil` for days on which the offset changes.
    var offsets: [String: [Int64: Int?]] = [:]
    var days = 0
  }

  private static let known = Locked(Known())

  /// How many seconds a zone is ahead of UTC at an instant.
  static func offset(in zone: String, at instant: Instant) -> Int {
    let day = Int64(instant.dateInUTC.daysSinceEpoch)
    let found = known.withLock { $0.offsets[zone]?[day] }
    if let found { return found ?? asked(zone, at: instant.milliseconds) }
    // No zone changes its offset twice within two days.
    let (first, last) = (
      asked(zone, at: day * 86_400_000), asked(zone, at: (day + 1) * 86_400_000)
    )
    let steady = first == last ? first : nil
    known.withLock { known in
      if known.days >= mostDays { known = Known() }
      known.days += 1
      known.offsets[zone, default: [:]][day] = .some(steady)
    }
    return steady ?? asked(zone, at: instant.milliseconds)
  }

  private static func asked(_ zone: String, at milliseconds: Int64) -> Int {
    // Names are looked up when a zone is made, so the database has this one.
    let zone = TimeZone(identifier: zone) ?? .gmt
    return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
  }
}
