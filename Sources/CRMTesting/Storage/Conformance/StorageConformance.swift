import CRMStorage
import Foundation

/// Everything a storage is held to: its laws, random histories, faults and the abilities it claims.
///
/// One closure says how the storage is made, and one test runs it all:
///
///     @Suite struct JournalConformance {
///       static let conformance = StorageConformance("Journal", claiming: [.survival]) { folder in
///         KeyValueStorage(JournalEngine(at: folder + "/shop.journal"))
///       }
///
///       @Test(arguments: conformance.trials)
///       func keeps(trial: ConformanceTrial) async throws { try await trial.run() }
///     }
///
/// The environment variable `CRMKIT_SOAK` says how many times as many histories to play.
public struct StorageConformance: Sendable {
  /// What the storage is called in reports.
  public let name: String

  /// The abilities whose laws the storage must keep too.
  public let claims: Set<StorageAbility>

  /// The ways in which it is made to fail.
  public let faults: [StorageFault]

  let make: @Sendable (_ folder: String) async throws -> any Storage
  let makeDurable: (@Sendable (_ folder: String, Durability) async throws -> any Storage)?
  let damage: (@Sendable (_ folder: String) throws -> Void)?

  /// Describes a storage to be tried.
  ///
  /// - Parameters:
  ///   - name: What it is called in reports.
  ///   - claims: What it can do beyond the contract.
  ///   - faults: Ways to make it fail, besides that each change is refused in turn.
  ///   - damage: Damages the rows or indexes of a closed store in a folder;
  ///     ``StorageAbility/damage`` asks for it.
  ///   - durable: Makes a storage for a durability, otherwise as `make` does;
  ///     ``StorageAbility/durability`` asks for it.
  ///   - make: Makes a storage that keeps everything within a folder, and is not open yet. Called
  ///     for a folder again, it makes another storage over the same store. The folder is there,
  ///     empty at first, and removed after each trial.
  public init(
    _ name: String, claiming claims: Set<StorageAbility> = [], faults: [StorageFault] = [],
    damage: (@Sendable (_ folder: String) throws -> Void)? = nil,
    durable: (@Sendable (_ folder: String, Durability) async throws -> any Storage)? = nil,
    make: @escaping @Sendable (_ folder: String) async throws -> any Storage
  ) {
    self.name = name
    self.claims = claims
    self.faults =
      [
        StorageFault(
          "a refused change", make: { FailingStorage(try await make($0)) },
          order: { $0.failure.schedule(atChange: $1) },
          end: { storage in
            defer { storage.failure.schedule(atChange: nil) }
            return !storage.failure.isPending
          })
      ] + faults
    self.damage = damage
    makeDurable = durable
    self.make = make
  }
}

extension StorageConformance {
  /// Everything to try, each with a title that reads as a law.
  public var trials: [ConformanceTrial] {
    let laws = StorageLaw.all + StorageAbility.all.filter(claims.contains).flatMap(\.laws)
    return laws.map { trial($0) } + faultTrials + historyTrials
  }

  /// The trial of a stable name, as `unique.taken`.
  public func trial(_ id: String) -> ConformanceTrial? {
    trials.first { $0.id == id }
  }

  /// Tries everything, and looks for abilities that are not claimed.
  public func run() async -> ConformanceReport {
    var report = ConformanceReport(name: name)
    for trial in trials { await report.take(trial) }
    for ability in StorageAbility.all {
      let laws = ability.laws.map { trial($0) }
      await report.take(ability, isClaimed: claims.contains(ability), laws)
    }
    return report
  }

  private func trial(_ law: StorageLaw) -> ConformanceTrial {
    ConformanceTrial(id: law.id, title: law.title) {
      try await inFolder { folder in try await law.check(in: place(folder)) }
    }
  }

  private func place(_ folder: String) throws -> LawTrial.Place {
    let (store, elsewhere) = (folder + "/store", folder + "/elsewhere")
    for path in [store, elsewhere] { try makeFolder(path) }
    var place = LawTrial.Place(
      make: { [make] in try await make(store) },
      makeElsewhere: { [make] in try await make(elsewhere) },
      size: { try sizeOfFiles(in: store) }, folder: folder)
    if let damage { place.damage = { try damage(store) } }
    if let makeDurable {
      place.makeDurable = { durability in
        let path = folder + "/\(durability)"
        try makeFolder(path)
        return try await makeDurable(path, durability)
      }
    }
    return place
  }

  private var faultTrials: [ConformanceTrial] {
    faults.flatMap { fault in FaultLaw.all.map { trial($0, fault) } }
  }

  private func trial(_ law: FaultLaw, _ fault: StorageFault) -> ConformanceTrial {
    let name = fault.name.split(separator: " ").joined(separator: "-")
    let title = "After \(fault.name), \(law.promise)"
    return ConformanceTrial(id: "\(law.id).\(name)", title: title) { try await law.check(fault) }
  }

  private var historyTrials: [ConformanceTrial] {
    (1...(4 * Self.soak)).map(history)
  }

  private func history(_ seed: UInt64) -> ConformanceTrial {
    let title = "Random history \(seed) is answered as a plain model does"
    return ConformanceTrial(id: "history.\(seed)", title: title) {
      try await inFolder { folder in
        try await StorageHistory(seed: seed, steps: 150).run(on: [try await make(folder)])
      }
    }
  }

  /// How many times as long to try, from the environment variable `CRMKIT_SOAK`.
  static var soak: UInt64 {
    ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(UInt64.init) ?? 1
  }
}
