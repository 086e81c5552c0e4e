#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// What tells the time of day; injected, so that tests control it.
public protocol WallClock: Sendable {
  /// The present.
  var now: Instant { get }
}

/// The system's clock.
public struct SystemClock: WallClock {
  /// The system's clock.
  public init() {}

  public var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(
      milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
