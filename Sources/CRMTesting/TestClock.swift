import CRMKit

/// A clock that stands still until a test moves it.
///
///     let clock = TestClock("1998-06-30T00:00:00Z")
///     clock.advance(by: .seconds(60))
public final class TestClock: WallClock {
  private let instant: Locked<Instant>

  /// A clock that shows an instant.
  public init(_ instant: Instant = Instant(milliseconds: 1_700_000_000_000)) {
    self.instant = Locked(instant)
  }

  /// A clock that shows an instant written as in RFC 3339.
  ///
  /// - Precondition: The text is such an instant.
  public convenience init(_ text: StaticString) {
    guard let instant = Instant("\(text)") else {
      preconditionFailure("“\(text)” is not an instant of RFC 3339.")
    }
    self.init(instant)
  }

  public var now: Instant { instant.withLock { $0 } }

  /// Moves the clock on, or back with a negative duration.
  public func advance(by duration: Duration) {
    instant.withLock { $0 = $0 + duration }
  }

  /// Sets the clock, also to an earlier instant.
  public func set(to instant: Instant) {
    self.instant.withLock { $0 = instant }
  }
}
