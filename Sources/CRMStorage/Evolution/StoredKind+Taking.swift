extension StoredKind {
  /// Whether a schema takes rows of this kind as they are: what was added or went follows from
  /// them, as indexes do, and cannot be refused.
  ///
  /// A store that makes its indexes anew at each opening has nothing to migrate then.
  func isTaken(by schema: any AnySchema) -> Bool {
    let new = schema.storedKind
    return self != new && version <= new.version && isNumbered == new.isNumbered
      && columns.filter { !$0.isDerived } == new.columns.filter { !$0.isDerived }
      && !schema.evolution.contains { $0.version > version }
      && isAsUnique(as: new)
  }

  /// Whether no row can have what another has by the rules of the newer kind alone.
  private func isAsUnique(as new: StoredKind) -> Bool {
    // A new version may compute otherwise what follows from rows.
    let derived = version == new.version ? [] : Set(new.columns.filter(\.isDerived).map(\.name))
    let indexes = new.indexes.filter(\.isUnique)
    let fields = new.manyFields.filter(\.isUnique)
    return indexes.allSatisfy { self.indexes.contains($0) && derived.isDisjoint(with: $0.columns) }
      && fields.allSatisfy { manyFields.contains($0) && version == new.version }
  }
}
