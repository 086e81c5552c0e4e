import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("A storage over a journal keeps every law")
struct JournalEngineTests {
  static let conformance = StorageConformance(
    "Journal", claiming: [.survival, .concurrency, .indexes, .entries, .loading, .damage],
    faults: StorageFault.ofDisk { KeyValueStorage(JournalEngine(in: ".", on: $0)) },
    damage: { folder in
      let file = URL(fileURLWithPath: folder + "/journal")
      var bytes = try Data(contentsOf: file)
      bytes[100] ^= 1
      try bytes.write(to: file)
    },
    make: { KeyValueStorage(JournalEngine(in: $0)) })

  @Test("It keeps the law", arguments: conformance.trials)
  func keeps(trial: ConformanceTrial) async throws { try await trial.run() }
}

/// The rest of Documentation/WritingABackend.md, run.
@Suite("Examples of a backend")
struct WritingABackendPageTests {
  @Test("Documentation/WritingABackend.md")
  func report() async throws {
    let output = Output()
    func print(_ report: ConformanceReport) {
      for line in report.description.split(separator: "\n") { output.append([line]) }
    }
    func run(_ conformance: StorageConformance) async {
      let report = await conformance.run()
      print(report)
    }
    await run(JournalEngineTests.conformance)
    try output.isShown(on: "Documentation/WritingABackend.md")
  }

  @Test("The example is complete, and shorter than 200 lines")
  func length() throws {
    let folder = Page.root.appendingPathComponent("Tests/DocumentationTests")
    let engine = try String(
      contentsOf: folder.appendingPathComponent("JournalEngine.swift"), encoding: .utf8
    ).components(separatedBy: "\n")
    #expect(engine.count < 200)
    let blocks = try Page("Documentation/WritingABackend.md").blocks("swift")
    #expect(blocks.contains(engine.dropLast()), "the page has the whole file")
  }
}
