/// What response times come to together; pure.
public struct ResponseSummary: Hashable, Sendable {
  /// How many there are of each status.
  public private(set) var answered = 0
  /// How many customers wait.
  public private(set) var open = 0
  /// How many questions were dropped.
  public private(set) var dropped = 0

  /// The wait that half of those answered did not exceed: of an even number the shorter of the
  /// two in the middle; `nil` where none is answered.
  public let medianWait: Duration?

  /// The longest wait, those still open included; `nil` where there is none.
  public let longestWait: Duration?

  /// How many had a time promised or asked for.
  private var measured: [Yardstick: Int] = [:]
  private var late: [Yardstick: Int] = [:]

  /// Adds response times up.
  ///
  /// - Complexity: O(*n* log *n*).
  public init(_ times: [ResponseTime]) {
    let waits = times.filter { $0.status == .answered }.map(\.waited).sorted()
    medianWait = waits.isEmpty ? nil : waits[(waits.count - 1) / 2]
    longestWait = times.filter { $0.status != .dropped }.map(\.waited).max()
    for time in times {
      switch time.status {
      case .answered: answered += 1
      case .open: open += 1
      case .dropped: dropped += 1
      }
      for yardstick in Yardstick.allCases {
        guard let isLate = time.isLate(against: yardstick) else { continue }
        measured[yardstick, default: 0] += 1
        if isLate { late[yardstick, default: 0] += 1 }
      }
    }
  }

  /// How many had a time that the answer was promised for, or that the customer asked for.
  public func measured(against yardstick: Yardstick) -> Int { measured[yardstick] ?? 0 }

  /// How many of those came too late or are late by now.
  public func late(against yardstick: Yardstick) -> Int { late[yardstick] ?? 0 }
}
