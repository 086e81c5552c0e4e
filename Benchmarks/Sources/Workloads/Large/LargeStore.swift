import CRMKit
import Foundation

/// A store with ten events for each of many customers, and what is done with it.
///
/// `CRMKIT_LARGE_CUSTOMERS` says how many customers; the canonical size is 1,000,000.
public struct LargeStore: Sendable {
  /// What one step took.
  public struct Step: Sendable {
    /// What was done.
    public let name: String
    /// How long it took.
    public let time: Duration
    /// The most memory that the process had in RAM meanwhile, in bytes.
    public let peakMemory: Int
    /// Adds to the time, such as how large a file has become.
    public let note: String
  }

  /// How many customers there are.
  public static var customers: Int {
    ProcessInfo.processInfo.environment["CRMKIT_LARGE_CUSTOMERS"].flatMap(Int.init) ?? 2_000
  }

  private static let contactsEach = 9
  private static let batch = 500

  private let kept: Kept
  private let folder: TemporaryFolder
  private let memory = MemoryStorage()

  /// An empty store of a kind.
  public init(_ kept: Kept) throws {
    self.kept = kept
    folder = try TemporaryFolder()
  }

  private var storage: any Storage {
    kept == .memory ? memory : kept.storage(in: folder, named: "large.crm")
  }

  /// Does everything, and tells of each step when it is done.
  public func run(_ report: (Step) -> Void) async throws {
    let count = Self.customers
    try await step(
      "add \(count) customers with \(count * 10) events", report,
      noting: { size(of: "large.crm") }
    ) {
      let crm = try await kept.crm(on: storage)
      try await build(crm, count)
      await crm.close()
    }
    let crm = try await step("open", report) { try await kept.crm(on: storage) }
    let ids = try await sample(of: crm, 1_000)
    try await step("read the files of 1,000 customers, each its own read", report) {
      for id in ids { _ = try await crm.read { try $0.customers.file(of: id) } }
    }
    try await step("record 1,000 contacts, one a write", report) {
      for (number, id) in ids.enumerated() {
        try await crm.write { try $0.interactions.record(Self.contact(number, with: id, $0.now)) }
      }
    }
    try await step("page through customers by name, 200 pages of 50", report) {
      var query = Query<Customer>(sortedBy: { [.ascending($0.name)] }, limit: 50)
      for _ in 0..<200 {
        let page = try await crm.read { [query] in try $0.customers.page(query) }
        guard let next = page.next else { break }
        query.after = next
      }
    }
    try await step("page through events from the middle, 200 pages of 50", report) {
      var cursor = EventCursor(number: Int64(count * 5))
      for _ in 0..<200 {
        let page = try await crm.read { [cursor] in
          try $0.events.page(after: cursor, limit: 50)
        }
        guard let last = page.last else { break }
        cursor = EventCursor(after: last)
      }
    }
    try await step("back up", report, noting: { size(of: "backup") }) {
      try await crm.backup(to: folder.file("backup"))
    }
    try FileManager.default.removeItem(atPath: folder.file("backup"))
    let found = try await step(
      "verify", report, noting: { "\($0.rows.values.reduce(0, +)) rows" }
    ) { try await crm.verify() }
    precondition(found.isSound, found.description)
    try await step("export", report, noting: { size(of: "export") }) {
      try await crm.export(to: folder.file("export"))
    }
    await crm.close()
    try await importing(report)
  }

  private func importing(_ report: (Step) -> Void) async throws {
    let other = kept.storage(in: folder, named: "other.crm")
    try await step("import", report, noting: { size(of: "other.crm") }) {
      try await CRM.import(
        from: folder.file("export"), into: other, capabilities: CRM.shopCapabilities)
      await other.close()
    }
  }

  private func build(_ crm: CRM, _ count: Int) async throws {
    for start in stride(from: 0, to: count, by: Self.batch) {
      try await crm.write { tx in
        for number in start..<min(start + Self.batch, count) {
          let id = try tx.customers.add(Person(number: number).newCustomer).id
          for contact in 0..<Self.contactsEach {
            try tx.interactions.record(Self.contact(contact, with: id, tx.now))
          }
        }
      }
    }
  }

  private static func contact(_ number: Int, with customer: Customer.ID, _ now: Instant)
    -> NewInteraction
  {
    NewInteraction(
      with: customer, through: .phone, .outbound, subject: "Contact \(number)",
      occurredAt: now - .seconds(3_600 * (number + 1)))
  }

  /// Customers from all over the store.
  private func sample(of crm: CRM, _ count: Int) async throws -> [Customer.ID] {
    let step = max(1, Self.customers / count)
    return try await crm.read { tx in
      var ids: [Customer.ID] = []
      for number in stride(from: 1, to: Self.customers * 10, by: step * 10) {
        let events = try tx.events.page(after: EventCursor(number: Int64(number)), limit: 1)
        if let id = events.first?.customer { ids.append(id) }
      }
      return ids
    }
  }

  /// The size of a file, or of all files of a folder.
  private func size(of name: String) -> String {
    let path = folder.file(name)
    let inside = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let bytes = (inside.map { "\(path)/\($0)" } + [path]).reduce(0) { total, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return total + (attributes?[.size] as? Int ?? 0)
    }
    return "\(bytes / 1_000_000) MB"
  }

  @discardableResult
  private func step<Result>(
    _ name: String, _ report: (Step) -> Void, noting note: (Result) -> String = { _ in "" },
    _ body: () async throws -> Result
  ) async throws -> Result {
    resetPeakMemory()
    let start = ContinuousClock.now
    let result = try await body()
    let time = ContinuousClock.now - start
    report(Step(name: name, time: time, peakMemory: peakMemory(), note: note(result)))
    return result
  }
}
