import Dispatch
import Testing

@testable import CRMStorage

@Suite("The version that reads see")
struct PublishedVersionTests {
  private struct Step: Record {
    let id: Identifier<Step>

    struct Fields: Sendable {}
    static let fields = Fields()
    static let schema = Schema<Step>("steps", fields, numbered: true) { Step(id: $0) }
  }

  /// Versions with one row more each, the first of them with none.
  private func versions(_ count: Int) throws -> [MemoryVersion] {
    var versions = [MemoryVersion(try Catalog([Step.self]), keeping: nil)]
    for number in 1...count {
      let writer = MemoryWriter(versions[number - 1])
      try writer.insert(Step.schema.hold(Step(id: Identifier(number: Int64(number)))))
      versions.append(writer.version)
      writer.end()
    }
    return versions
  }

  private func number(of box: VersionBox?) -> Int? { box?.version.tables[0].rows.count }

  @Test("Nothing is seen before there is something, nor once it is gone")
  func nothing() throws {
    let versions = try versions(2)
    let published = PublishedVersion()
    #expect(published.take() == nil)
    published.replace(with: versions[1])
    #expect(published.take() == nil)
    published.publish(versions[1])
    #expect(number(of: published.take()) == 1)
    published.replace(with: versions[2])
    #expect(number(of: published.take()) == 2)
    published.publish(nil)
    #expect(published.take() == nil)
    published.replace(with: versions[2])
    #expect(published.take() == nil)
  }

  @Test("No read sees an older version than one that ended before it began, on any thread")
  func order() throws {
    let versions = try versions(500)
    let published = PublishedVersion()
    published.publish(versions[0])
    let seen = Locked(0)
    let late = Locked<[String]>([])
    let isDone = Locked(false)
    DispatchQueue.concurrentPerform(iterations: 6) { thread in
      if thread == 0 {
        for version in versions {
          published.publish(version)
          // What was published is seen from now on.
          seen.withLock { $0 = max($0, version.tables[0].rows.count) }
        }
        isDone.withLock { $0 = true }
      }
      repeat {
        let atLeast = seen.withLock { $0 }
        let found = number(of: published.take()) ?? -1
        if found < atLeast { late.withLock { $0.append("\(found) after \(atLeast)") } }
        seen.withLock { $0 = max($0, found) }
      } while !isDone.withLock({ $0 })
    }
    #expect(late.withLock { $0 } == [])
    #expect(number(of: published.take()) == 500)
  }
}
