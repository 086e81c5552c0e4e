#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A value that one thread at a time may look at and change.
///
/// `Synchronization.Mutex` needs macOS 15, and the thread sanitizer reports false races on it.
///
/// Sendable although unchecked: the value is reached only through ``withLock(_:)``, which holds
/// the system's mutex for as long as its closure runs.
final class Lock<Value>: @unchecked Sendable {
  private var value: Value

  #if canImport(Darwin)
  private let mutex: UnsafeMutablePointer<os_unfair_lock>
  #else
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  #endif

  init(_ value: Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    #if canImport(Darwin)
    mutex.initialize(to: os_unfair_lock())
    #else
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    #endif
  }

  deinit {
    #if !canImport(Darwin)
    pthread_mutex_destroy(mutex)
    #endif
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }

  /// Runs a closure that must be short and must not take the same lock.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    #if canImport(Darwin)
    os_unfair_lock_lock(mutex)
    defer { os_unfair_lock_unlock(mutex) }
    #else
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    #endif
    return try body(&value)
  }
}
