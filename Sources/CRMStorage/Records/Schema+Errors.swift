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
    StorageError(
      .duplicate, "\(name).\(field) of \(id) is taken by \(holder).",
      recovery: "Change the value, or work with the record that has it.", record: name,
      field: field, identifier: id.description, holder: holder.description)
  }

  /// The failure to refer to a row that does not exist.
  public func unknownReference(_ id: Identifier<R>, field: String) -> StorageError {
    StorageError(
      .unknownReference, "\(name).\(field) of \(id) names a record that does not exist.",
      recovery: "Add the record it names first.", record: name, field: field,
      identifier: id.description)
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
