import Testing

@testable import CRMStorage

@Suite("Pages kept ready")
struct PagePoolTests {
  @Test("What was given back last is taken first, by its size", arguments: [512, 1_024, 2_048])
  func bySize(size: Int) {
    let pool = PagePool(keeping: 8)
    let pages = (0..<3).map { _ in pool.take(size) }
    for page in pages {
      page.initializeMemory(as: UInt8.self, repeating: 7, count: size)
      pool.give(page, size)
    }
    let other = pool.take(size == 512 ? 1_024 : 512)
    #expect(!pages.contains(other))
    #expect((0..<3).map { _ in pool.take(size) } == pages.reversed())
    for page in pages { pool.give(page, size) }
    pool.give(other, size == 512 ? 1_024 : 512)
  }

  @Test("No more are kept than there is room for, and none of other sizes")
  func bounds() {
    let pool = PagePool(keeping: 2)
    let pages = (0..<4).map { _ in pool.take(512) }
    for page in pages { pool.give(page, 512) }
    #expect(pool.count(of: 512) == 2)
    pool.give(pool.take(700), 700)
    #expect(pool.count(of: 700) == 0)
  }

  @Test("Threads that take and give at once have each page to themselves")
  func threads() async {
    let pool = PagePool(keeping: 16)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<4 {
        group.addTask {
          (0..<2_000).allSatisfy { step in
            let pages = (0..<4).map { _ in pool.take(512) }
            for (place, page) in pages.enumerated() {
              page.initializeMemory(
                as: UInt64.self, repeating: UInt64(number * 100_000 + step * 4 + place), count: 64)
            }
            return pages.enumerated().allSatisfy { place, page in
              let words = UnsafeRawBufferPointer(start: page, count: 512).bindMemory(
                to: UInt64.self)
              let isOwn = words.allSatisfy { $0 == UInt64(number * 100_000 + step * 4 + place) }
              pool.give(page, 512)
              return isOwn
            }
          }
        }
      }
      for await isOwn in group { #expect(isOwn) }
    }
  }
}
