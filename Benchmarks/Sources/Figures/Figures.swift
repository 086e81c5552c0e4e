import Foundation
import Workloads

/// Measures the figures of `Documentation/Benchmarks.md` in one run.
///
///     swift run -c release Figures [--small] [topic …]
///     CRMKIT_LARGE_CUSTOMERS=1000000 swift run -c release Figures large-sqlite
@main
struct Figures {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.contains("--memory-without-events") {
      return print(try await aMillion(events: false).bytes)
    }
    let topics = arguments.filter { !$0.hasPrefix("--") }
    for kept in Kept.allCases where topics.contains("large-\(kept.rawValue)") {
      return try await large(kept)
    }
    let isWanted = { (topic: String) in topics.isEmpty || topics.contains(topic) }
    let asked = arguments.compactMap { $0.hasPrefix("--rounds=") ? Int($0.dropFirst(9)) : nil }
    var report = Report(rounds: asked.first ?? Scale.canonical(5, small: 2))
    print(Report.head)
    // The million comes first, while the process is still small.
    if isWanted("million") { try await million(&report) }
    if isWanted("memory") { try await memory(&report) }
    if isWanted("sqlite") { try await sqlite(&report) }
    if isWanted("customers") { try await storedCustomers(&report) }
    if isWanted("contacts") { try await contacts(&report) }
    if isWanted("files") { try await files(&report) }
    if isWanted("lives") { try await lives(&report) }
    if isWanted("loyalty") { try await loyalty(&report) }
    if isWanted("search") { try await searches(&report) }
    if isWanted("stores") { try await stores(&report) }
    if !report.misses.isEmpty { print("\nMissed: \(report.misses.joined(separator: "; ")).") }
  }

  /// Builds a large store and uses it; a line for each step, as it is done.
  private static func large(_ kept: Kept) async throws {
    print("| Step (\(kept.rawValue)) | Time | Peak memory | |\n| --- | --- | --- | --- |")
    try await LargeStore(kept).run { step in
      let seconds = Double(step.time.inNanoseconds / 1_000_000) / 1_000
      print("| \(step.name) | \(seconds) s | \(step.peakMemory / 1_000_000) MB | \(step.note) |")
      fflush(nil)
    }
  }

  private static func million(_ report: inout Report) async throws {
    let name = Scale.current == .small ? "A few" : "1,000,000"
    let customers = try await aMillion(events: true)
    report.add("\(name) customers in memory", bytes: customers.bytes, atMost: 2_000_000_000)
    report.add(
      "… without their events", bytes: try bytesWithoutEvents(), atMost: nil)
    try await report.add(
      "\(name): scan, three conditions, no index", customers.filteredScan, .within(60_000_000))
    try await report.add(
      "\(name): first page of 50 by an index", customers.pages(later: false), .within(50_000))
    try await report.add(
      "\(name): later page of 50 by a cursor", customers.pages(later: true), .within(50_000))
  }

  private static func memory(_ report: inout Report) async throws {
    let customers = try await CustomersInMemory(Scale.canonical(100_000, small: 1_000))
    try await report.add(
      "Memory: find by id, each its own read", customers.finds(each: true), .within(1_000))
    try await report.add(
      "Memory: find by id, in one read", customers.finds(each: false), .within(1_000))
    try await report.add(
      "Memory: add a customer, one a write", customers.singleAdditions(), .within(60_000))
    try await report.add(
      "Memory: add a customer, 1,000 a write", CustomersInMemory.additions(), .within(12_000))
  }

  private static func sqlite(_ report: inout Report) async throws {
    let profiles = try await ProfileWorkloads()
    let inserts = profiles.inserts
    try await report.add(
      [
        ("SQLite: insert 20 columns", inserts.fast, .timesFaster(3)),
        ("SQLite: insert 20 columns", inserts.codable, .timesFaster(3)),
        ("SQLite: insert 20 columns", inserts.limit, .none),
      ], inserts.crm)
    let scans = try await profiles.scans()
    try await report.add(
      [
        ("SQLite: scan and decode 20 columns", scans.fast, .timesFaster(1)),
        ("SQLite: scan and decode 20 columns", scans.codable, .timesFaster(1)),
        ("SQLite: scan and decode 20 columns", scans.limit, .none),
      ], scans.crm)
    let finds = try await profiles.finds()
    try await report.add(
      [
        ("SQLite: find by id, 20 columns", finds.fast, .none),
        ("SQLite: find by id, 20 columns", finds.limit, .none),
      ], finds.crm)
  }

  private static func storedCustomers(_ report: inout Report) async throws {
    let customers = try await StoredCustomers()
    let inserts = customers.inserts
    try await report.add(
      "SQLite: insert customers, all indexes", inserts.crm, inserts.limit, .atMost(1.4))
    let finds = try await customers.finds(each: false)
    try await report.add(
      "SQLite: find a customer, in one read", finds.crm, finds.limit, .atMost(1.3))
    let each = try await customers.finds(each: true)
    try await report.add(
      "SQLite: find a customer, each its own read", each.crm, each.limit, .atMost(1.3))
  }

  private static func contacts(_ report: inout Report) async throws {
    for kept in Kept.allCases {
      try await report.add(
        "\(kept.rawValue): record a contact, 100 a write", Histories.recordings(kept),
        .within(kept == .memory ? 15_000 : 60_000))
      try await report.add(
        "\(kept.rawValue): record a late contact, 100 a write",
        Histories.recordings(kept, late: true), .none)
    }
  }

  private static func files(_ report: inout Report) async throws {
    for kept in Kept.allCases {
      let isMemory = kept == .memory
      let histories = try await Histories(kept)
      for (share, place) in [(0.0, "first"), (0.5, "middle"), (1.0, "last")] {
        try await report.add(
          "\(kept.rawValue): the \(place) page of a timeline of 100,000",
          histories.pages(at: share), .within(isMemory ? 100_000 : 1_000_000))
      }
      for others in [1_000, Scale.canonical(50_000, small: 2_000)] {
        try await report.add(
          "\(kept.rawValue): the whole file of one of \(others) customers",
          WholeFiles(kept, among: others).reads(), .within(isMemory ? 150_000 : 2_000_000))
      }
    }
  }

  private static func lives(_ report: inout Report) async throws {
    // Before the days of a million, while the process is still small.
    try await report.addOnce(
      "memory: ten years of 5,000 customers", TenYears().years, .within(60e9))
    for kept in Kept.allCases {
      let lives = Lives(kept)
      let isMemory = kept == .memory
      let limits: KeyValuePairs =
        isMemory ? [100: 40_000.0, 1: 150_000] : [100: 200_000, 1: 400_000]
      for (batch, limit) in limits {
        try await report.add(
          "\(kept.rawValue): an order or a contact, two lifecycles, \(batch) a write",
          lives.happenings(batch: batch), .within(limit))
      }
    }
    let days = try await PassingDays().days()
    try await report.addOnce(
      "memory: a day on which a hundredth of 1,000,000 moves", days.moving, .within(2e9))
    try await report.addOnce("memory: a day on which nobody moves", days.quiet, .within(1e6))
  }

  private static func loyalty(_ report: inout Report) async throws {
    for kept in Kept.allCases {
      let (points, isMemory) = (Points(kept), kept == .memory)
      try await report.add(
        "\(kept.rawValue): post an earning, 100 a write", points.earnings(),
        .within(isMemory ? 25_000 : 100_000))
      try await report.add(
        "\(kept.rawValue): redeem from the first of 100 open lots", points.redemptions(all: false),
        isMemory ? .within(20_000) : .none)
      // Each of the hundred lots is a row that is written.
      try await report.add(
        "\(kept.rawValue): redeem all of 100 open lots", points.redemptions(all: true), .none)
      try await report.add(
        "\(kept.rawValue): balance, tier and next expiry after 10,000 entries", points.readings(),
        .within(isMemory ? 5_000 : 100_000))
    }
    try await report.addOnce(
      "memory: replay 1,000,000 entries of a ledger", Points(.memory).replays(), .within(5e9))
    try await report.addOnce("what if, over 1,000,000 orders", Points.whatIfs(), .within(15e9))
  }

  private static func searches(_ report: inout Report) async throws {
    for (kept, limit) in [(Kept.memory, 2_000_000.0), (.sqlite, 15_000_000)] {
      let searches = try await Searches(kept)
      try await report.add(
        "\(kept.rawValue): search a million customers, first page", searches.firstPages,
        .within(limit))
    }
  }

  private static func stores(_ report: inout Report) async throws {
    try await report.add(
      "8 writers, each write on the disk", DurableWrites.contender(.file),
      DurableWrites.contender(.sqlite), .timesFaster(2.5))
    let imports = try await BulkImports()
    try await report.add(
      "import of customers", imports.imports(.file), imports.imports(.sqlite), .timesFaster(2))
    try await report.add(
      "customers, 1,000 a write", imports.additions(.file), imports.additions(.sqlite),
      .timesFaster(2))
    for kept in [Kept.memory, .file] {
      let tasks = try await ReadingTasks(kept)
      try await report.add(
        "\(kept.rawValue): find by id, each its own read", tasks.reads(tasks: 8),
        tasks.reads(tasks: 1), .timesFaster(1.5))
    }
    let name = Scale.current == .small ? "a few" : "1,000,000"
    let many = try await ManyInFiles()
    try await report.add("file: open \(name) customers", many.openings, .within(6_000_000_000))
    for isDurable in [false, true] {
      try await report.add(
        "file: longest write\(isDurable ? ", on the disk," : "") during a snapshot of \(name)",
        many.longestWrite(onDisk: isDurable), .within(50_000_000))
    }
  }

  private static func aMillion(events: Bool) async throws -> CustomersInMemory {
    try await CustomersInMemory(Scale.canonical(1_000_000, small: 2_000), events: events)
  }

  /// Asks another process, whose memory holds nothing else.
  private static func bytesWithoutEvents() throws -> Int {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments =
      ["--memory-without-events"] + (Scale.current == .small ? ["--small"] : [])
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Int(String(decoding: data, as: UTF8.self).filter(\.isNumber)) ?? 0
  }
}
