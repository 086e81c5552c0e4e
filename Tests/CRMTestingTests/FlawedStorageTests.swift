import CRMStorage
import CRMTesting
import Testing

@Suite("The suite bites")
struct FlawedStorageTests {
  /// A way to break the contract, and laws that must notice.
  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let laws: [String]
    let showsInHistories: Bool
    let conformance: StorageConformance
    let make: @Sendable () -> any Storage

    init(
      _ description: String, breaks laws: [String], showsInHistories: Bool = false,
      claiming claims: Set<StorageAbility> = [], faults: [StorageFault] = [],
      damage: (@Sendable (String) throws -> Void)? = nil,
      _ make: @escaping @Sendable () -> any Storage
    ) {
      testDescription = description
      self.laws = laws
      self.showsInHistories = showsInHistories
      self.make = make
      conformance = StorageConformance(
        description, claiming: claims, faults: faults, damage: damage
      ) { _ in make() }
    }

    init(_ description: String, breaks laws: [String], _ transaction: FlawedTransaction.Type) {
      self.init(description, breaks: laws, showsInHistories: true) { FlawedStorage(transaction) }
    }
  }

  static let flaws = transactions + storages + engines + abilities

  private static let transactions = [
    Flaw(
      "no undo of attempts", breaks: ["transactions.attempt", "transactions.nested"],
      TransactionWithoutUndo.self),
    Flaw(
      "duplicates ignored",
      breaks: [
        "unique.taken", "unique.multiple", "text.equivalent-taken", "precedence.unique",
        "concurrency.winner",
      ],
      TransactionIgnoring.self),
    Flaw("missing is taken", breaks: ["unique.missing"], TransactionCountingMissing.self),
    Flaw(
      "references to nothing", breaks: ["references.unknown", "references.update"],
      TransactionWithoutReferences.self),
    Flaw(
      "referrers are forgotten", breaks: ["references.held", "references.own-kind"],
      TransactionWithoutReferrers.self),
    Flaw(
      "values before references", breaks: ["precedence.reference"],
      TransactionInOtherOrder.self),
    Flaw("the order of UTF-16", breaks: ["text.order"], AnswersInUTF16Order.self),
    Flaw(
      "missing comes last", breaks: ["order.missing", "values.order", "paging.every-row"],
      AnswersWithMissingLast.self),
    Flaw("three truth values", breaks: ["filters.truth"], AnswersOfThreeTruths.self),
    Flaw(
      "skipped rows", breaks: ["paging.every-row", "paging.moving", "paging.pairs"],
      AnswersThatSkip.self),
    Flaw("limits not counted", breaks: ["paging.limit"], AnswersThatCountAll.self),
    Flaw("repeated rows", breaks: ["filters.multiple"], AnswersThatRepeat.self),
    Flaw(
      "rows from the end", breaks: ["order.identifier", "whole.export"], AnswersFromTheEnd.self),
  ]

  private static let storages = [
    Flaw(
      "no rollback",
      breaks: [
        "transactions.throwing-write", "transactions.failed-write", "isolation.failing",
        "faults.writes.a-refused-change", "faults.load.a-refused-change", "whole.import-refused",
        "whole.load-refused",
      ], showsInHistories: true
    ) { StorageWithoutRollback() },
    Flaw("lost updates", breaks: ["isolation.competing", "concurrency.transfers"]) {
      StorageWithoutOrder()
    },
    Flaw("no guard", breaks: ["transactions.write-during-scan"]) {
      FlawedStorage(TransactionWithoutGuard.self)
    },
    Flaw("rehearsals kept", breaks: ["evolution.rehearsal"]) { StorageKeepingRehearsals() },
    Flaw(
      "refusals at opening ignored",
      breaks: ["evolution.unique", "evolution.references", "evolution.newer"]
    ) { StorageIgnoringRefusals() },
    Flaw("a hasty close", breaks: ["concurrency.close-write"]) { StorageThatClosesAtOnce() },
    Flaw("kinds left out are forgotten", breaks: ["whole.left-out"]) {
      FlawedStorage(TransactionForgettingKinds.self)
    },
    Flaw(
      "loads in order only",
      breaks: ["whole.load", "whole.load-refused", "whole.import", "whole.copy"]
    ) { StorageThatLoadsInOrder() },
    Flaw("backups replaced", breaks: ["whole.backup"]) { StorageReplacingBackups() },
    Flaw("anything restored", breaks: ["whole.restore-refused"]) { StorageRestoringAnything() },
    Flaw("verified without a look", breaks: ["whole.verify", "whole.closed"]) {
      StorageThatDoesNotLook()
    },
    Flaw("compacted too much", breaks: ["whole.compact"]) { StorageCompactingTooMuch() },
  ]

  private static let engines = [
    Flaw("snapshots that move", breaks: ["isolation.snapshot"]) { KeyValueStorage(LiveEngine()) },
    Flaw(
      "half a commit",
      breaks: ["faults.writes.half-a-commit", "faults.opening.half-a-commit"],
      faults: [
        StorageFault(
          "half a commit", make: { _ in KeyValueStorage(HalfwayEngine()) },
          order: { $0.engine.failure.schedule(atChange: $1) },
          end: { !$0.engine.failure.isPending })
      ]
    ) { KeyValueStorage(HalfwayEngine()) },
    Flaw(
      "acknowledged too early", breaks: ["faults.writes.a-crash"],
      faults: [
        StorageFault(
          "a crash", make: { _ in KeyValueStorage(HastyEngine()) },
          order: { $0.engine.failure.schedule(atChange: $1) },
          end: { !$0.engine.failure.isPending },
          reopen: { KeyValueStorage($0.engine.remains) })
      ]
    ) { KeyValueStorage(HastyEngine()) },
  ]

  private static let abilities = [
    Flaw(
      "claims what memory has not",
      breaks: [
        "survival.rows", "handles.seen", "handles.competing", "abilities.filters",
        "abilities.damage", "abilities.durability", "abilities.backup", "abilities.compaction",
      ],
      claiming: Set(StorageAbility.all), damage: { _ in }
    ) { MemoryStorage() },
    Flaw("no indexes", breaks: ["abilities.indexes"], claiming: [.indexes]) {
      FlawedStorage(AnswersWithoutIndexes.self)
    },
    Flaw("entries made of rows", breaks: ["abilities.entries"], claiming: [.entries]) {
      FlawedStorage()
    },
    Flaw("rows looked up one by one", breaks: ["abilities.look-ups"], claiming: [.lookUps]) {
      KeyValueStorage(MapEngine())
    },
    Flaw("rows held back while they are loaded", breaks: ["abilities.load"], claiming: [.loading]) {
      StorageOfTheLeast()
    },
    Flaw(
      "one door",
      breaks: ["beside.write", "beside.read", "beside.export", "beside.backup", "beside.compact"],
      claiming: [.concurrency]
    ) { StorageWithOneDoor() },
  ]

  @Test("A flaw breaks its laws", arguments: flaws)
  func breaksLaws(flaw: Flaw) async throws {
    for id in flaw.laws {
      let trial = try #require(flaw.conformance.trial(id), "\(id)")
      // What goes wrong between tasks need not do so at the first try on a busy machine.
      var isBroken = false
      for _ in 1...10 where !isBroken {
        do { try await trial.run() } catch { isBroken = true }
      }
      #expect(isBroken, "\(id)")
    }
  }

  @Test("Histories notice a flaw", arguments: flaws.filter(\.showsInHistories))
  func breaksHistories(flaw: Flaw) async throws {
    var broken: LawBroken?
    for seed in UInt64(1)...20 where broken == nil {
      do {
        let storage = flaw.make()
        try await StorageHistory(seed: seed, steps: 300).run(on: [storage])
      } catch let error as LawBroken {
        broken = error
      }
    }
    #expect(broken != nil)
    #expect(broken?.seed != nil)
  }
}
