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
