import CRMStorage
import CRMTesting
import Testing

@Suite("The suite bites")
struct BrokenStorageTests {
  /// A way to break the contract, and laws that must notice.
  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let laws: [String]
    var showsInHistories = true
    let make: @Sendable () -> any Storage

    init(
      _ description: String, brokenLaws laws: [String], showsInHistories: Bool = true,
      _ make: @escaping @Sendable () -> any Storage
    ) {
      testDescription = description
      self.laws = laws
      self.showsInHistories = showsInHistories
      self.make = make
    }

    init(
      _ description: String, brokenLaws laws: [String], showsInHistories: Bool = true,
      _ transaction: DictionaryTransaction.Type
    ) {
      self.init(description, brokenLaws: laws, showsInHistories: showsInHistories) {
        DictionaryStorage(transaction: transaction)
      }
    }
  }

  static let flaws = [
    Flaw(
      "no rollback",
      brokenLaws: ["transactions.throwing-write", "transactions.failed-write", "isolation.failing"]
    ) { StorageWithoutRollback() },
    Flaw("lost updates", brokenLaws: ["isolation.competing"], showsInHistories: false) {
      StorageWithoutOrder()
    },
    Flaw(
      "no undo of attempts", brokenLaws: ["transactions.attempt", "transactions.nested"],
      TransactionWithoutUndo.self),
    Flaw(
      "no guard", brokenLaws: ["transactions.write-during-scan"], showsInHistories: false,
      TransactionWithoutGuard.self),
    Flaw(
      "duplicates pass",
      brokenLaws: [
        "unique.taken", "unique.multiple", "text.equivalent-taken", "precedence.unique",
        "evolution.unique",
      ],
      TransactionWithDuplicates.self),
    Flaw("missing is taken", brokenLaws: ["unique.missing"], TransactionCountingMissing.self),
    Flaw(
      "references to nothing",
      brokenLaws: ["references.unknown", "references.update", "evolution.references"],
      TransactionWithoutReferences.self),
    Flaw(
      "referrers are forgotten", brokenLaws: ["references.held", "references.own-kind"],
      TransactionWithoutReferrers.self),
    Flaw(
      "values before references", brokenLaws: ["precedence.reference"],
      TransactionInOtherOrder.self),
    Flaw("the order of UTF-16", brokenLaws: ["text.order"], TransactionInUTF16Order.self),
    Flaw(
      "missing comes last", brokenLaws: ["order.missing", "values.order", "paging.every-row"],
      TransactionWithMissingLast.self),
    Flaw(
      "three truth values", brokenLaws: ["filters.truth"],
      TransactionOfThreeTruths.self),
    Flaw(
      "skipped rows", brokenLaws: ["paging.every-row", "paging.moving", "paging.pairs"],
      TransactionThatSkips.self),
    Flaw("rehearsals kept", brokenLaws: ["evolution.rehearsal"], showsInHistories: false) {
      StorageKeepingRehearsals()
    },
    Flaw("limits not counted", brokenLaws: ["paging.limit"], TransactionThatCountsAll.self),
    Flaw("repeated rows", brokenLaws: ["filters.multiple"], TransactionThatRepeats.self),
  ]

  @Test("A flaw breaks its laws", arguments: flaws)
  func breaksLaws(flaw: Flaw) async throws {
    for id in flaw.laws {
      let laws = StorageLaw.all + StorageLaw.evolution
      let law = try #require(laws.first { $0.id == id })
      await #expect(throws: LawBroken.self, "\(law)") {
        try await law.check { flaw.make() }
      }
    }
  }

  @Test("Histories notice a flaw", arguments: flaws.filter(\.showsInHistories))
  func breaksHistories(flaw: Flaw) async throws {
    var broken: LawBroken?
    for seed in UInt64(1)...20 where broken == nil {
      do {
        try await StorageHistory(seed: seed, steps: 300).run(on: [flaw.make()])
      } catch let error as LawBroken {
        broken = error
      }
    }
    #expect(broken != nil)
    #expect(broken?.seed != nil)
  }
}
