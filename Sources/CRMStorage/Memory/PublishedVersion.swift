#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// The version that reads see, in a place of its own for each of some threads.
///
/// Taking a version counts a reference and locks what it is taken from. With one place for all,
/// each read would wait for the cache line that another core has just written to; so threads
/// have places apart, where each version is filled in when it is first asked for.
final class PublishedVersion: @unchecked Sendable {
  // Proof: a place is touched only between the lock and the unlock of its mutex, and `version`
  // only while at least one place is locked by who reads it, and all are by who writes it.

  /// How many places there are: more than cores of most machines, few enough to be filled anew.
  private static let count = 8

  private let places: UnsafeMutablePointer<Place>
  private var version: MemoryVersion?

  /// A version in a box for the readers of one place.
  private struct Place {
    var mutex = pthread_mutex_t()
    var box: VersionBox?
    // Two places have no cache line in common, nor two that are fetched together.
    let space: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let more: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  }

  /// Nothing that could be seen.
  init() {
    places = .allocate(capacity: Self.count)
    for index in 0..<Self.count {
      (places + index).initialize(to: Place())
      let result = pthread_mutex_init(&places[index].mutex, nil)
      precondition(result == 0, "The system has no memory for a mutex.")
    }
  }

  deinit {
    for index in 0..<Self.count { pthread_mutex_destroy(&places[index].mutex) }
    places.deinitialize(count: Self.count)
    places.deallocate()
  }

  /// The version that is seen from now on; `nil` for none.
  func publish(_ version: MemoryVersion?) {
    change { $0 = version }
  }

  /// The version that is seen after another one; where none was seen, none is.
  func replace(with version: MemoryVersion) {
    change { if $0 != nil { $0 = version } }
  }

  private func change(_ body: (inout MemoryVersion?) -> Void) {
    // No read may see the last version once another has seen the next.
    for index in 0..<Self.count { pthread_mutex_lock(&places[index].mutex) }
    body(&version)
    var old: [VersionBox?] = []
    for index in 0..<Self.count {
      if let box = places[index].box { old.append(box) }
      places[index].box = nil
    }
    for index in 0..<Self.count { pthread_mutex_unlock(&places[index].mutex) }
    withExtendedLifetime(old) {}
  }

  /// The version that is seen now.
  func take() -> VersionBox? {
    let place = places + ThreadNumber.current % Self.count
    pthread_mutex_lock(&place.pointee.mutex)
    defer { pthread_mutex_unlock(&place.pointee.mutex) }
    if let box = place.pointee.box { return box }
    let box = version.map(VersionBox.init)
    place.pointee.box = box
    return box
  }
}

/// A version of a store by one reference.
final class VersionBox {
  // One transaction at a time changes it, and none once it is shared, which the compiler cannot
  // see.
  @exclusivity(unchecked) var version: MemoryVersion

  /// Keeps boxes of threads apart, whose references are counted all the time.
  private let space: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  private let more: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

  init(_ version: MemoryVersion) {
    self.version = version
  }
}

/// Numbers threads as they come.
private enum ThreadNumber {
  private static let next = Locked(0)

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let result = pthread_key_create(&key, nil)
    precondition(result == 0, "The system has no memory for a number of each thread.")
    return key
  }()

  /// The number of this thread.
  static var current: Int {
    if let number = pthread_getspecific(key) { return Int(bitPattern: number) }
    let number = next.withLock { next in
      next += 1
      return next
    }
    pthread_setspecific(key, UnsafeRawPointer(bitPattern: number))
    return number
  }
}
