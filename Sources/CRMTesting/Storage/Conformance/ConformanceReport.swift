/// What a storage kept and broke, and what it can do beyond the contract.
public struct ConformanceReport: Sendable {
  /// How a storage stands to an ability.
  public enum Standing: Sendable, Hashable {
    /// It was claimed, and its laws are kept.
    case kept
    /// It was claimed, and a law is broken.
    case broken
    /// Its laws are kept although it was not claimed.
    case found
    /// It was not claimed, and a law that it would keep is broken.
    case lacking
  }

  /// What the storage is called.
  public let name: String

  /// The titles of the laws that are kept.
  public private(set) var passed: [String] = []

  /// The laws that are broken, and how.
  public private(set) var failed: [LawBroken] = []

  /// The titles of laws that only storages with an ability keep, which this one does not claim.
  public private(set) var skipped: [String] = []

  /// Every ability there is, and how the storage stands to it.
  public private(set) var abilities: [(ability: StorageAbility, standing: Standing)] = []

  /// Whether no law is broken.
  public var isKept: Bool { failed.isEmpty }

  init(name: String) {
    self.name = name
  }

  mutating func take(_ trial: ConformanceTrial) async {
    do throws(LawBroken) {
      try await trial.run()
      passed.append(trial.title)
    } catch {
      failed.append(error)
    }
  }

  mutating func take(
    _ ability: StorageAbility, isClaimed: Bool, _ laws: [ConformanceTrial]
  ) async {
    if isClaimed {
      let isKept = laws.allSatisfy { passed.contains($0.title) }
      abilities.append((ability, isKept ? .kept : .broken))
      return
    }
    skipped += laws.map(\.title)
    for law in laws {
      do throws(LawBroken) {
        try await law.run()
      } catch {
        return abilities.append((ability, .lacking))
      }
    }
    abilities.append((ability, .found))
  }
}

extension ConformanceReport: CustomStringConvertible {
  /// A sentence, a line for each ability and what there is to know of each broken law.
  public var description: String {
    let sentence =
      isKept
      ? "\(name) keeps every law."
      : "\(name) breaks \(failed.count) of \(failed.count + passed.count) laws."
    let lines = abilities.map { "  \($0.standing.words): \($0.ability)" }
    return ([sentence] + lines + failed.map(\.description)).joined(separator: "\n")
  }
}

extension ConformanceReport.Standing {
  fileprivate var words: String {
    switch self {
    case .kept: "has"
    case .broken: "claims, but has not"
    case .found: "has, but does not claim"
    case .lacking: "has not"
    }
  }
}
