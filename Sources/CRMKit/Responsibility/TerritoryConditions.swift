import Foundation

/// Conditions of territories by the version of the record they were read from.
final class TerritoryConditions: Sendable {
  private struct Place: Hashable {
    let territory: Territory.ID
    let version: Int
  }

  private let known = Locked<[Place: Condition]>([:])

  /// The condition of a territory.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` where this program cannot read it.
  func condition(of territory: Territory) throws -> Condition {
    let place = Place(territory: territory.id, version: territory.version)
    if let condition = known.withLock({ $0[place] }) { return condition }
    let condition = try StoredCondition.read(
      territory.json, of: territory, named: "territory “\(territory.name)”")
    known.withLock { all in
      // Earlier versions are asked for no more.
      all = all.filter { $0.key.territory != territory.id }
      all[place] = condition
    }
    return condition
  }
}

/// A condition as text.
enum StoredCondition {
  static func json(_ condition: Condition) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(condition), as: UTF8.self)
  }

  /// The condition that a record has.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` where this program cannot read it.
  static func read<R: Record>(_ json: String, of record: R, named name: String) throws -> Condition
  {
    do {
      return try JSONDecoder().decode(Condition.self, from: Data(json.utf8))
    } catch {
      throw CRMError(
        .notAllowed, "The condition of \(name) cannot be read.",
        recovery: "Use a program at least as new as the one that kept it.",
        record: R.schema.name, identifier: record.id.description)
    }
  }
}

/// What conditions on a customer's file may say and what they find; pure.
enum FileCondition {
  /// Whether a condition looks at records besides the file.
  static func looksElsewhere(_ condition: Condition) -> Bool {
    switch condition {
    case .exists: true
    case .all(let parts), .any(let parts): parts.contains(where: looksElsewhere)
    case .not(let part): looksElsewhere(part)
    case .always, .compare, .among, .hasPrefix, .isMissing: false
    }
  }

  /// What a file says in the fields that a condition looks at.
  static func evidence(for condition: Condition, in customer: Held<Customer>) throws
    -> [LifecycleEvidence]
  {
    try condition.fields.compactMap { name in
      guard let field = try? Customer.schema.field(named: name) else { return nil }
      let values =
        field.isMultiple
        ? try field.entries(of: customer).flatMap { $0 } : field.values(of: customer)
      return LifecycleEvidence(name, values.map(\.description).joined(separator: ", "))
    }
  }
}
