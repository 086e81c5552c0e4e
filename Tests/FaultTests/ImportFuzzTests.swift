#if os(Linux)
import TestSupport
import Testing

@testable import CRMStorage
@testable import CRMTesting

@Suite("Whatever the lines of an export say", .timeLimit(.minutes(60)))
struct ImportFuzzTests {
  @Test("They make a sound store, or are refused and leave it empty")
  func lines() async {
    let result = await #expect(processExitsWith: .success) {
      let export = try await FuzzedExport()
      try await FuzzProcess.tryOut("lines", count: 3_000, largest: export.size) { seed in
        try await FuzzedExport.look(at: export.spoilt(seed), "lines with seed \(seed)")
      }
    }
    FuzzProcess.report("lines", isDone: result != nil)
  }

  @Test("The smallest rows there can be take a multiple of their bytes, and no more")
  func smallest() async {
    await #expect(processExitsWith: .success) {
      let storage = MemoryStorage()
      try await storage.open(FuzzedStores.catalog)
      var header: [UInt8]?
      try await storage.read { try $0.export { header = header ?? $0 } }
      var lines = try [#require(header)]
      for number in 1...10_000 {
        let id = Identifier<Sparse>(high: 1, low: UInt64(number))
        lines.append(Array(#"{"fields":{},"id":"\#(id)","kind":"sparse"}"#.utf8))
      }
      lines[0] = Array(
        String(decoding: lines[0], as: UTF8.self)
          .replacing(#""sparse","version":1,"rows":0"#, with: #""sparse","version":1,"rows":10000"#)
          .utf8)
      var sum = LineChecksum()
      for line in lines { sum.add(line) }
      lines.append(ExportFormat.end(sum.end, JSONWriter()))
      let size = lines.reduce(0) { $0 + $1.count }
      FuzzProcess.limitMemory(to: FuzzProcess.allowance + FuzzProcess.multiple * size)
      var rest = lines[...]
      let report = try await storage.import { rest.popFirst() }
      #expect(report.rows == ["sparse": 10_000])
    }
  }

  @Test("Lists within lists are refused before they fill the stack", arguments: [64, 1_000_000])
  func deep(levels: Int) async throws {
    let storage = MemoryStorage()
    try await storage.open(FuzzedStores.catalog)
    let list = Array((#"{"format":"# + String(repeating: "[", count: levels)).utf8)
    await #expect(throws: StorageError.self) {
      var lines = [list][...]
      try await storage.import { lines.popFirst() }
    }
  }
}
#endif
