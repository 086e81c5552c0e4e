/// A place in the store that has personal data.
public struct PersonalField: Hashable, Sendable, CustomStringConvertible {
  /// The stored name of the kind of record.
  public let record: String

  /// The stored name of the field; `attributes.` and its name for a fact of the host's own.
  public let field: String

  public var description: String { "\(record).\(field)" }
}

extension CRM {
  /// Where personal data is kept, by kind of record in the order of the capabilities.
  ///
  /// It has the stored fields that schemas mark as personal; what is computed from them is found
  /// by them. Of the host's own facts on customers it has those that
  /// ``AttributeDefinition/isPersonal`` marks, each by its name.
  public var personalFields: [PersonalField] {
    let attributes = engine.registry.capability(Customers.self)?.attributes ?? []
    return engine.registry.records.flatMap { kind in
      personalFields(of: kind).flatMap { field in
        guard field == PersonalField(record: "customers", field: "attributes") else {
          return [field]
        }
        return attributes.filter(\.isPersonal).map {
          PersonalField(record: field.record, field: FactField.attributePrefix + $0.name)
        }
      }
    }
  }

  private func personalFields<R: Record>(of kind: R.Type) -> [PersonalField] {
    R.schema.layout.stored.filter(\.isPersonal).map {
      PersonalField(record: R.schema.name, field: $0.name)
    }
  }
}
