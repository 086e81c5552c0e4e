extension OwnWarningSign {
  /// Shows when a customer took back a consent that the file keeps as a flag of the host's own.
  ///
  ///     Warnings(signs: [.consentWithdrawn(of: "newsletter")])
  ///     // and in a model: .own("consent_withdrawn")
  ///
  /// It shows from the edit on that took it back, unless it is given again; a consent that was
  /// never given was not taken back. The edit is what it shows by, so that one is warned of once.
  ///
  /// - Parameters:
  ///   - name: The name, by which a model uses it: ``WarningSign/own(_:)``.
  ///   - attribute: The attribute that is true while there is consent.
  ///   - span: For how long it shows.
  /// - Complexity: O(log *n*) while there is consent; without, also in the edits of the file since.
  public static func consentWithdrawn(
    _ name: String = "consent_withdrawn", of attribute: String,
    showingFor span: LifecycleSpan = .days(90)
  ) -> OwnWarningSign {
    let attribute = kept(attribute)
    return OwnWarningSign(name) { customer, tx in
      let file = try tx.customers.get(customer)
      guard file.attributes[attribute] != .flag(true),
        let edit = try tx.lastEdit(of: customer, takingBack: attribute)
      else { return [] }
      return [
        WarningCase(
          key: "\(edit.id.number)", from: edit.occurredAt,
          until: span.end(from: edit.occurredAt, in: file.zone ?? tx.zone),
          found: [("consent taken back", attribute)])
      ]
    }
  }
}

extension Transaction {
  /// The last edit of a file by which a flag is no longer true.
  fileprivate func lastEdit(
    of customer: Customer.ID, takingBack attribute: String
  ) throws -> RecordedEvent? {
    let column = Customer.fields.attributes.name
    let isGiven = { (value: Value) in
      (try? Attributes.read(from: ValueReader([value])))?[attribute] == .flag(true)
    }
    var found: RecordedEvent?
    try events.scanHistory(of: customer) { event in
      let change = event.changes.first { $0.field == column }
      if let change, isGiven(change.before), !isGiven(change.after) { found = event }
      return found == nil
    }
    return found
  }
}
