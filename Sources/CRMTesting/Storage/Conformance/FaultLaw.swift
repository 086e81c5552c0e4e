import CRMStorage

/// What must hold after a fault, at whatever step it strikes.
struct FaultLaw: Sendable {
  let id: String

  /// The promise, as it follows “After a loss of power,”.
  let promise: String

  /// Tries the fault at one step, and says whether it struck.
  private let strike: @Sendable (StorageFault, Int, _ folder: String) async throws -> Bool

  static let all = [writes, loading, opening]

  /// Faults strike at no later step.
  private static var lastStep: Int { 100_000 }

  func check(_ fault: StorageFault) async throws {
    for step in 1...Self.lastStep {
      var struck = false
      do {
        try await inFolder { struck = try await strike(fault, step, $0) }
      } catch let failure as Unmet {
        throw LawBroken(
          law: "After \(fault.name), \(promise)", expected: failure.expected,
          found: "\(failure.found)\n  at step \(step)", fileID: failure.fileID, line: failure.line)
      }
      if !struck { return }
    }
  }

  private static let writes = FaultLaw(
    id: "faults.writes", promise: "every acknowledged write is there and every other is not"
  ) { fault, step, folder in
    let storage = try await fault.make(folder)
    try await storage.open(Catalog(LawTrial.kinds))
    try await addTeamwork(to: storage)
    try await fault.order(storage, step)
    var (acknowledged, hasFailed) = (0, false)
    for write in FaultScript.writes where !hasFailed {
      hasFailed = try await fails { try await storage.write(write) }
      if !hasFailed { acknowledged += 1 }
    }
    let (after, found, struck) = try await outcome(of: fault, in: storage, hasFailed: hasFailed)
    let states = try await FaultScript.states.value
    // A write that was on its way when the end came may be there, but whole.
    if fault.isFatal, hasFailed, found == states[acknowledged + 1] { acknowledged += 1 }
    try expect(found, is: states[acknowledged], "after \(acknowledged) writes")
    try await expectToStay(found, in: after)
    for write in FaultScript.writes.dropFirst(acknowledged) { try await after.write(write) }
    try expect(try await after.read { try Everything(in: $0) } == states.last, "going on works")
    await after.close()
    return struck
  }

  private static let loading = FaultLaw(
    id: "faults.load", promise: "a load is there as a whole or not at all"
  ) { fault, step, folder in
    let storage = try await fault.make(folder)
    try await storage.open(Catalog(LawTrial.kinds))
    try await addTeamwork(to: storage)
    try await fault.order(storage, step)
    let hasFailed = try await fails { try await storage.load(FaultScript.load) }
    let (after, found, struck) = try await outcome(of: fault, in: storage, hasFailed: hasFailed)
    let states = try await FaultScript.loaded.value
    // A load that was on its way when the end came may be there, but whole.
    let isThere = !hasFailed || fault.isFatal && found == states[1]
    try expect(found, is: states[isThere ? 1 : 0], "after the load")
    try await expectToStay(found, in: after)
    if !isThere { try await after.load(FaultScript.load) }
    try expect(try await after.read { try Everything(in: $0) } == states[1], "going on works")
    await after.close()
    return struck
  }

  /// Whether something fails, be it by the fault.
  private static func fails(_ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
      return false
    } catch let unmet as Unmet {
      throw unmet
    } catch {
      return true
    }
  }

  /// Ends a fault, and looks at what is there after it.
  private static func outcome(
    of fault: StorageFault, in storage: any Storage, hasFailed: Bool
  ) async throws -> (after: any Storage, found: Everything, struck: Bool) {
    let struck = try await fault.end(storage)
    try expect(struck || !hasFailed, "no error without a fault")
    let after = try await fault.reopen(storage)
    if fault.isFatal { try await after.open(Catalog(LawTrial.kinds)) }
    return (after, try await after.read { try Everything(in: $0) }, struck)
  }

  /// Goes on if a storage is sound, and the same once it is opened again.
  private static func expectToStay(_ found: Everything, in storage: any Storage) async throws {
    await storage.close()
    try await storage.open(Catalog(LawTrial.kinds))
    try expect(try await storage.read { try Everything(in: $0) } == found, "the same, opened again")
    try expect(try await storage.verify().problems, is: [], "verification")
  }

  private static let opening = FaultLaw(
    id: "faults.opening", promise: "a store that was being migrated is older or newer as a whole"
  ) { fault, step, folder in
    var storage = try await fault.make(folder)
    try await storage.open(Catalog(StorageLaw.olderVessels))
    try await addVessels(to: storage)
    let before = try await storage.read { try everyVessel(in: $0) }
    try await fault.order(storage, step)
    let hasFailed = (try? await storage.open(Catalog(StorageLaw.newerVessels))) == nil
    let struck = try await fault.end(storage)
    try expect(struck || !hasFailed, "no error without a fault")
    storage = try await fault.reopen(storage)
    do {
      try await storage.open(Catalog(StorageLaw.olderVessels))
      try expect(hasFailed, "a migration that succeeded is kept")
      try expect(try await storage.read { try everyVessel(in: $0) }, is: before)
    } catch let error as StorageError {
      try expect(error.code, is: .newerStore)
    }
    try await storage.open(Catalog(StorageLaw.newerVessels))
    let tons = try await storage.read { try $0.rows(Query<Vessels.Third>()).map(\.row.tons) }
    try expect(tons, is: [20, 0, 1_782])
    try expect(try await storage.verify().problems, is: [], "verification")
    await storage.close()
    return struck
  }
}

/// Writes among the rows of ``addTeamwork(to:)``, and what is there after each.
private enum FaultScript {
  static let writes: [@Sendable (any StorageWriter) throws -> Void] = [
    { tx in try upset(tx) },
    { tx in
      try? tx.attempt {
        try tx.add(Crew(id: .nth(3), name: "Harbour"))
        try tx.add(Crew(id: .nth(4), name: "Harbour"))
      }
      try tx.change(Identifier<Sailor>.nth(1)) { $0.tags = ["x"] }
    },
    { tx in
      try tx.remove(Identifier<Postcard>.nth(1))
      try tx.add(Postcard(id: .nth(3), sailor: .nth(1), slug: "new"))
    },
  ]

  /// Rows that come before those that they name.
  static let load: @Sendable (any StorageWriter) throws -> Void = { tx in
    try tx.add(Postcard(id: .nth(3), sailor: .nth(3), about: .nth(1), slug: "new"))
    try tx.add(Sailor(id: .nth(3), name: "Cleo", crew: .nth(2), handles: ["cleo"], tags: ["x"]))
    try tx.add(Crew(id: .nth(2), name: "Service", parent: .nth(1)))
  }

  /// What is there before the first write and after each.
  static let states = Task { try await states(after: writes) { try await $0.write($1) } }

  /// What is there before the load and after it.
  static let loaded = Task { try await states(after: [load]) { try await $0.load($1) } }

  private typealias Step = @Sendable (any StorageWriter) throws -> Void

  /// What a storage in memory has.
  private static func states(
    after steps: [Step], _ take: (MemoryStorage, Step) async throws -> Void
  ) async throws -> [Everything] {
    let storage = MemoryStorage()
    try await storage.open(Catalog(LawTrial.kinds))
    try await addTeamwork(to: storage)
    var states = [try await storage.read { try Everything(in: $0) }]
    for step in steps {
      try await take(storage, step)
      states.append(try await storage.read { try Everything(in: $0) })
    }
    return states
  }
}
