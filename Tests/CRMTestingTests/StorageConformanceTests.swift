import CRMStorage
import CRMTesting
import Testing

@Suite("The conformance suite")
struct StorageConformanceTests {
  private static let memory = StorageConformance("Memory", claiming: [.concurrency]) { _ in
    MemoryStorage()
  }

  @Test("Trials have names of their own")
  func names() {
    let trials = StorageConformance("All", claiming: Set(StorageAbility.all)) { _ in
      MemoryStorage()
    }.trials
    #expect(Set(trials.map(\.id)).count == trials.count)
    #expect(Set(trials.map(\.title)).count == trials.count)
    #expect(trials.allSatisfy { $0.description == $0.title })
  }

  @Test("A report tells what is kept, and which abilities there are, claimed or not")
  func report() async {
    let report = await Self.memory.run()
    #expect(report.isKept)
    #expect(report.passed.count == Self.memory.trials.count)
    #expect(
      report.description == """
        Memory keeps every law.
          has not: rows outlive the storage
          has not: when writes are safe is a choice
          has not: several storages over one store
          has: reads wait for nobody, and nobody for them
          has, but does not claim: indexes spare looking at every row
          has not: conditions are looked at by the store itself
          has, but does not claim: values of many are read without their rows
          has, but does not claim: many rows are looked up at once
          has, but does not claim: loading holds no row back
          has not: backups have rows of kinds left out
          has not: compacting gives back room
          has not: damage is noticed
        """)
    #expect(!report.skipped.isEmpty && Set(report.skipped).isDisjoint(with: report.passed))
  }

  @Test("A storage that has only what it must keeps the laws of whole stores by what it inherits")
  func inherited() async throws {
    let least = StorageConformance("Least") { _ in StorageOfTheLeast() }
    let trials = least.trials.filter { $0.id.hasPrefix("whole.") }
    #expect(trials.count == 12)
    for trial in trials { try await trial.run() }
  }

  @Test("A report tells which laws are broken, and how")
  func broken() async throws {
    let flawed = StorageConformance("Flawed", claiming: [.survival]) { _ in
      FlawedStorage(AnswersThatCountAll.self)
    }
    let report = await flawed.run()
    #expect(!report.isKept)
    let law = try #require(report.failed.first { $0.law.hasPrefix("A limit keeps") })
    #expect(report.description.contains("\(law)"))
    #expect(report.description.contains("claims, but has not: rows outlive the storage"))
  }
}
