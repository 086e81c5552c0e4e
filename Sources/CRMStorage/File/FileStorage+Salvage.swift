extension FileStorage {
  /// Writes all that can still be read from a folder into another store.
  ///
  /// The folder stays as it is. Rows are taken as their last change that can be read left them;
  /// of a write that is damaged in part, that is what is left of it. Rows of older versions take
  /// the steps of their schemas.
  ///
  /// - Parameters:
  ///   - folder: The folder of a store that nobody has open.
  ///   - storage: A store that is open with the kinds of record to save, usually an empty one.
  ///   - fileSystem: The files of the system, or what a test has in their place.
  /// - Returns: What was saved, and what was not.
  /// - Throws: ``StorageError/Code/busy`` where somebody has the folder open;
  ///   ``StorageError/Code/newerStore``; what the other store throws.
  public static func salvage(
    from folder: String, into storage: any Storage,
    fileSystem: any FileSystem = SystemFileSystem()
  ) async throws -> SalvageReport {
    let catalog = try await storage.read { $0.catalog }
    let folder = StoreFolder(path: folder, system: fileSystem)
    let lock = try fileSystem.lock(folder.path, holder: nil)
    defer { lock.release() }
    let (found, damage) = try SalvageReader(folder: folder, catalog: catalog).read()
    var report = SalvageReport()
    report.damage = damage
    for (kind, table) in zip(found.shape.kept, found.tables)
    where catalog.schema(named: kind.name) == nil && table.rows.count > 0 {
      report.unknownKinds[kind.name] = table.rows.count
    }
    // What an opening would refuse is noted, and the rest is taken over.
    let (version, migrated) = try MemoryVersion.opened(
      catalog, from: found, Migration(isRehearsal: true))
    report.losses = migrated.problems.filter { $0.code != .unknownReference }
    try await SalvageWriter(storage: storage).write(version, &report)
    return report
  }
}
