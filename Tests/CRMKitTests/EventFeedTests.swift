import CRMKit
import CRMTesting
import Foundation
import Testing

@Suite("The feed of events (HC-180)", .timeLimit(.minutes(30)))
struct EventFeedTests {
  private func history(_ backend: Backend) async throws -> Shop {
    let shop = try await Shop(backend, Notes().andStandard)
    for round in 1...4 {
      try await shop.crm.write { tx in
        for number in 0..<round { try tx.write("\(round).\(number)") }
      }
      try? await shop.crm.write { tx in
        try tx.write("rolled back")
        throw Refused()
      }
    }
    return shop
  }

  private func collected(_ crm: CRM, after number: Int64, upTo last: Int64) async throws -> [Int64]
  {
    var numbers: [Int64] = []
    if number >= last { return numbers }
    for try await event in crm.events(after: EventCursor(number: number)) {
      numbers.append(event.id.number)
      if event.id.number >= last { break }
    }
    return numbers
  }

  @Test("From every cursor come exactly the later events, each once", arguments: Backend.allCases)
  func resume(backend: Backend) async throws {
    let shop = try await history(backend)
    for cursor in Int64(0)...10 {
      let numbers = try await collected(shop.crm, after: cursor, upTo: 10)
      #expect(numbers == (0..<(10 - cursor)).map { cursor + $0 + 1 })
    }
    let reopened = try await shop.reopened()
    try await reopened.crm.write { try $0.write("later") }
    for cursor in Int64(0)...11 {
      let numbers = try await collected(reopened.crm, after: cursor, upTo: 11)
      #expect(numbers == (0..<(11 - cursor)).map { cursor + $0 + 1 })
    }
  }

  @Test("A cursor before the first event is the start", arguments: [Int64(-1), .min])
  func hostileCursor(number: Int64) async throws {
    let shop = try await history(.memory)
    #expect(try await shop.events(after: EventCursor(number: number)).count == 10)
    #expect(try await shop.events(after: EventCursor(number: .max)).isEmpty)
  }

  @Test("More events than one page arrive without a gap", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    for commit in 1...3 {
      try await shop.crm.write { tx in for number in 1...200 { try tx.write("\(commit) \(number)") }
      }
    }
    #expect(try await collected(shop.crm, after: 0, upTo: 600) == Array(1...600))
    #expect(try await collected(shop.crm, after: 255, upTo: 600) == Array(256...600))
  }

  @Test("Those who listen get what is committed later, each of them", arguments: Backend.allCases)
  func live(backend: Backend) async throws {
    let shop = try await history(backend)
    let crm = shop.crm
    async let first = collected(crm, after: 0, upTo: 40)
    async let second = collected(crm, after: 7, upTo: 40)
    for number in 11...40 {
      try await crm.write { try $0.write("\(number)") }
      if number % 10 == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
    #expect(try await first == Array(1...40))
    #expect(try await second == Array(8...40))
  }

  @Test("The events of a commit become visible together", arguments: Backend.allCases)
  func together(backend: Backend) async throws {
    let shop = try await Shop(backend, Notes().andStandard)
    let crm = shop.crm
    async let writing: Void = {
      for _ in 1...30 {
        try await crm.write { tx in for number in 1...3 { try tx.write("\(number)") } }
      }
    }()
    var last: Int64 = 0
    while last < 90 {
      last = try await crm.read { try $0.events.end().number }
      #expect(last % 3 == 0)
      await Task.yield()
    }
    try await writing
  }

  @Test(
    "Cancelling the task of a listener ends its feed with an error", arguments: Backend.allCases)
  func cancellation(backend: Backend) async throws {
    let shop = try await history(backend)
    let crm = shop.crm
    let (heard, hear) = AsyncStream.makeStream(of: Int64.self)
    let listener = Task {
      for try await event in crm.events() { hear.yield(event.id.number) }
    }
    for await number in heard where number == 10 { break }
    listener.cancel()
    await #expect(throws: CancellationError.self) { try await listener.value }
  }

  @Test("Closing ends the feed of those who wait", arguments: Backend.allCases)
  func closing(backend: Backend) async throws {
    let shop = try await history(backend)
    let crm = shop.crm
    let (heard, hear) = AsyncStream.makeStream(of: Int64.self)
    let listener = Task {
      var count = 0
      for try await event in crm.events() {
        count += 1
        hear.yield(event.id.number)
      }
      return count
    }
    for await number in heard where number == 10 { break }
    await crm.close()
    #expect(try await listener.value == 10)
  }

  @Test("Closing ends the feed of those who are busy", arguments: Backend.allCases)
  func closingWhileBusy(backend: Backend) async throws {
    let shop = try await history(backend)
    var feed = shop.crm.events(after: EventCursor(number: 9)).makeAsyncIterator()
    #expect(try await feed.next()?.id.number == 10)
    await shop.crm.close()
    #expect(try await feed.next() == nil)
    var late = shop.crm.events().makeAsyncIterator()
    #expect(try await late.next() == nil)
  }

  @Test("A cursor survives being stored")
  func codable() throws {
    let stored = try JSONEncoder().encode(EventCursor(number: .max))
    #expect(try JSONDecoder().decode(EventCursor.self, from: stored).number == .max)
  }
}
