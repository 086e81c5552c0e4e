extension CRM {
  /// Looks at everything the store holds, and says what is wrong with it.
  ///
  /// Every record is read, what it refers to looked up, and what is kept beside it held against
  /// what follows from it; events are numbered without a gap. Others may read and write meanwhile.
  ///
  /// - Returns: What is wrong, record by record; nothing is changed.
  /// - Throws: `StorageError` where the store cannot be read at all.
  /// - Complexity: O(*n* log *n*) in the records.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    var report = try await engine.storage.verify()
    let (count, last) = try await engine.storage.read { reader in
      (try reader.count(Query<RecordedEvent>()), try reader.lastEvent()?.id.number ?? 0)
    }
    if Int64(count) != last {
      report.note(
        .damaged(
          RecordedEvent.schema.name, field: "id",
          "there are \(count) events, and the last has number \(last)"))
    }
    return report
  }
}
