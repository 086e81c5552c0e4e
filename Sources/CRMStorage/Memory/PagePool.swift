#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Memory for the pages of trees, of which some is kept ready for the next ones.
///
/// A write takes pages by the hundred, and gives as many back when nobody reads the version before
/// it any more. The system joins what it is given back and cuts it up again, which takes longer
/// than filling a page.
final class PagePool: @unchecked Sendable {
  // Proof: `shelves` are touched only between lock and unlock, and neither they nor the mutex move.

  /// The pages of all stores of the process.
  static let shared = PagePool(keeping: 1_024)

  /// Pages of one size that wait to be taken, each with the address of the next in its first bytes.
  private struct Shelf {
    let size: Int
    var first: UnsafeMutableRawPointer?
    var count = 0
  }

  private let shelves: UnsafeMutableBufferPointer<Shelf>
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let most: Int

  /// - Parameter most: How many pages of each size are kept ready.
  init(keeping most: Int) {
    self.most = most
    let sizes = [512, 1_024, 2_048]
    shelves = .allocate(capacity: sizes.count)
    _ = shelves.initialize(from: sizes.map { Shelf(size: $0) })
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let result = pthread_mutex_init(mutex, nil)
    precondition(result == 0, "The system has no memory for a mutex.")
  }

  deinit {
    for shelf in shelves {
      var page = shelf.first
      while let next = page {
        page = Self.next(after: next)
        RawMemory.free(next)
      }
    }
    shelves.deinitialize()
    shelves.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }

  /// A page of so many bytes.
  func take(_ size: Int) -> UnsafeMutableRawPointer {
    guard let shelf = shelf(size), pthread_mutex_trylock(mutex) == 0 else {
      return RawMemory.allocate(size)
    }
    defer { pthread_mutex_unlock(mutex) }
    guard let page = shelves[shelf].first else { return RawMemory.allocate(size) }
    shelves[shelf].first = Self.next(after: page)
    shelves[shelf].count -= 1
    return page
  }

  /// Gives a page back that was taken with the same size.
  ///
  /// Whoever finds another thread here goes to the system instead: nobody waits.
  func give(_ page: UnsafeMutableRawPointer, _ size: Int) {
    guard let shelf = shelf(size), pthread_mutex_trylock(mutex) == 0 else {
      return RawMemory.free(page)
    }
    let isKept = shelves[shelf].count < most
    if isKept {
      page.storeBytes(of: shelves[shelf].first, as: UnsafeMutableRawPointer?.self)
      shelves[shelf].first = page
      shelves[shelf].count += 1
    }
    pthread_mutex_unlock(mutex)
    if !isKept { RawMemory.free(page) }
  }

  /// How many pages of a size are ready.
  func count(of size: Int) -> Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return shelf(size).map { shelves[$0].count } ?? 0
  }

  private func shelf(_ size: Int) -> Int? {
    shelves.firstIndex { $0.size == size }
  }

  private static func next(after page: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    page.load(as: UnsafeMutableRawPointer?.self)
  }
}
