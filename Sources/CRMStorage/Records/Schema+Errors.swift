extension Schema {
  /// The failure to find a row.
  public func notFound(_ id: Identifier<R>) -> StorageError {
    StorageError(
      .notFound, "\(name) has no \(id).", recovery: "Use the identifier of an existing record.",
      record: name, identifier: id.description)
  }

  /// The failure to write what another row holds.
  ///
  /// - Parameter field: The name of the unique index, or `id`.
  public func duplicate(_ id: Identifier<R>, field: String, holder: Identifier<R>) -> StorageError {
    .duplicate(id.description, of: name, field: field, holder: holder.description)
  }

  /// The failure to refer to a row that does not exist.
  public func unknownReference(_ id: Identifier<R>, field: String) -> StorageError {
    .unknownReference(id.description, of: name, field: field)
  }

  /// The failure to delete a row that another refers to.
  ///
  /// - Parameter field: The referring kind and field, with a dot between.
  public func stillReferenced(_ id: Identifier<R>, field: String, holder: String) -> StorageError {
    StorageError(
      .stillReferenced, "\(name) \(id) is named by \(field) of \(holder).",
      recovery: "Delete or change the record that names it first.", record: name, field: field,
      identifier: id.description, holder: holder)
  }
}

extension StorageError {
  /// The failure to write what another row holds.
  package static func duplicate(
    _ id: String, of kind: String, field: String, holder: String
  ) -> StorageError {
    StorageError(
      .duplicate, "\(kind).\(field) of \(id) is taken by \(holder).",
      recovery: "Change the value, or work with the record that has it.", record: kind,
      field: field, identifier: id, holder: holder)
  }

  /// The failure to refer to a row that does not exist.
  package static func unknownReference(
    _ id: String, of kind: String, field: String
  ) -> StorageError {
    StorageError(
      .unknownReference, "\(kind).\(field) of \(id) names a record that does not exist.",
      recovery: "Add the record it names first.", record: kind, field: field, identifier: id)
  }
}
