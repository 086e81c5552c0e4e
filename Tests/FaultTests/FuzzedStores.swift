#if os(Linux)
import TestSupport
import Testing

@testable import CRMStorage
@testable import CRMTesting

/// Small stores with every kind of value, to be spoilt.
struct FuzzedStores {
  static var catalog: Catalog { get throws { try collected.get() } }

  private static let collected = Result {
    try Catalog(Ledger.kinds + [Specimen.self, Sparse.self])
  }

  private static let ledger = Ledger(writer: 0)
  private static let folder = "shop"

  /// What the files of each store hold, by their paths.
  private let stores: [[String: [UInt8]]]

  /// How many bytes the files of the largest have.
  let largest: Int

  /// A journal, a snapshot with a journal, one that was closed, and journals in a chain.
  init() async throws {
    var stores: [[String: [UInt8]]] = []
    for story in 0..<4 {
      let disk = SimulatedDisk(seed: UInt64(story))
      let storage = Self.storage(on: disk)
      try await storage.open(Self.catalog)
      try await storage.write { try Self.addRows(to: $0) }
      for _ in 0..<4 { _ = try await storage.write { try Self.ledger.write($0) } }
      if story == 1 {
        try await storage.compact()
        // What the snapshot replaces is gone by then.
        await storage.close()
        try await storage.open(Self.catalog)
      }
      if story == 3 {
        disk.schedule(.shortWrite, at: 1)
        _ = try? await storage.write { try Self.ledger.write($0) }
      }
      for _ in 0..<3 { _ = try await storage.write { try Self.ledger.write($0) } }
      if story == 2 { await storage.close() }
      stores.append(Self.content(of: disk))
      await storage.close()
    }
    self.stores = stores
    largest = stores.map { $0.values.reduce(0) { $0 + $1.count } }.max() ?? 0
  }

  /// Rows of every kind of value, with and without.
  static func addRows(to store: any StorageWriter) throws {
    let wage = Wage(cents: 5, currency: "EUR")
    let buoy = Buoy(north: 1, east: -0.5)
    let place = Harbour(street: "b", lines: ["", "c"], buoy: buoy, wage: wage)
    try store.insert(Specimen.schema.hold(Specimen(id: Identifier(high: 2, low: 1))))
    let full = Specimen(
      id: Identifier(high: 2, low: 2), flag: true, count: -7, wide: .max, ratio: 0.1, text: "한 🙂",
      moment: .latest, blob: Blob([0, 255]), wage: wage, words: ["a", ""], wages: [wage],
      wageGaps: [nil, wage], wagesByName: ["a": wage], gaps: [nil, 1], nested: [[0.5], []],
      named: ["é": "\"\n"], moments: ["a": .earliest], place: place, places: [place, Harbour()])
    try store.insert(Specimen.schema.hold(full))
    try store.insert(Sparse.schema.hold(Sparse(id: Identifier(high: 3, low: 1))))
    try store.insert(Sparse.schema.hold(Sparse.full(Identifier(high: 3, low: 2))))
  }

  private static func storage(on disk: SimulatedDisk) -> FileStorage {
    FileStorage(in: folder, fileSystem: disk)
  }

  // MARK: Spoiling

  /// A store of which bytes of a file were changed, or a file is gone.
  func damaged(_ seed: UInt64) throws -> SimulatedDisk {
    try spoilt(seed) { mutation, disk, file, others in
      if mutation.happens(onceIn: 50) { return try disk.remove(file) }
      disk.damage(file) { mutation.change(&$0, others: others) }
    }
  }

  /// A store with a file that says something else, and has checksums that hold.
  func forged(_ seed: UInt64) throws -> SimulatedDisk {
    try spoilt(seed) { mutation, disk, file, others in
      let name = try #require(StoreFile(name: String(file.dropFirst(Self.folder.count + 1))))
      disk.damage(file) { bytes in
        var forgery = Forgery(bytes, of: name)
        for _ in 0..<mutation.number(1...2) { forgery.change(with: &mutation, others: others) }
        bytes = forgery.bytes {
          mutation.happens(onceIn: 200) ? .max >> UInt32(mutation.number(0...31)) : nil
        }
      }
    }
  }

  private func spoilt(
    _ seed: UInt64,
    _ spoil: (inout Mutation, SimulatedDisk, _ file: String, _ others: [UInt8]) throws -> Void
  ) throws -> SimulatedDisk {
    let store = stores[Int(seed % UInt64(stores.count))]
    let disk = SimulatedDisk()
    try disk.makeFolder(Self.folder)
    for (path, bytes) in store.sorted(by: { $0.key < $1.key }) {
      let file = try disk.open(path, .create)
      try bytes.withUnsafeBytes { try file.append($0) }
    }
    var mutation = Mutation(seed: seed)
    let files = store.keys.sorted()
    let picked = mutation.pick(files)
    let file = try #require(picked)
    let others = store[mutation.pick(files) ?? file] ?? []
    try spoil(&mutation, disk, file, others)
    return disk
  }

  private static func content(of disk: SimulatedDisk) -> [String: [UInt8]] {
    let files = disk.files.filter { !$0.hasSuffix("lock") }
    return files.reduce(into: [:]) { $0[$1] = disk.content(of: $1) }
  }

  // MARK: Looking

  /// Opens a store, which is sound then and can be gone on with, or is refused and left alone.
  ///
  /// Of every fourth all that can be read is saved before.
  static func look(at disk: SimulatedDisk, isForged: Bool, _ seed: UInt64) async throws {
    let place = "\(isForged ? "forged" : "damaged") with seed \(seed)"
    let before = content(of: disk)
    if seed / 4 % 4 == 0 { try await salvage(disk, place) }
    if content(of: disk) != before { Issue.record("\(place): salvage changed it") }
    let storage = storage(on: disk)
    do {
      try await storage.open(catalog)
    } catch {
      if content(of: disk) != before { Issue.record("\(place): it was changed: \(error)") }
      await storage.close()
      return
    }
    do {
      if isForged { try await goOnForged(storage, disk) } else { try await goOn(storage, place) }
    } catch {
      Issue.record("\(place): \(error)")
    }
    await storage.close()
  }

  private static func goOn(_ storage: FileStorage, _ place: String) async throws {
    let report = try await storage.verify()
    if !report.isSound { Issue.record("\(place): \(report)") }
    let done = try await storage.read { try ledger.check($0) }
    let next = try await storage.write { try ledger.write($0) }
    if next != done + 1 { Issue.record("\(place): write \(next) follows \(done)") }
  }

  /// A forger can make rows that contradict each other, which verification tells; whatever they
  /// are, they are read, written anew and found again.
  private static func goOnForged(_ storage: FileStorage, _ disk: SimulatedDisk) async throws {
    let report = try await storage.verify()
    if report.isSound { _ = try? await storage.write { try ledger.write($0) } }
    do {
      try await storage.read { try $0.export { _ in } }
    } catch let error as StorageError where error.code == .incompatibleSchema {
      // Rows of a kind whose name was forged are none of the program's, and would be missing.
    }
    try await storage.compact()
    let now = try await storage.verify()
    await storage.close()
    let again = self.storage(on: disk)
    try await again.open(catalog)
    let found = try await again.verify()
    #expect(found == now)
    await again.close()
  }

  /// Saves what can be read into a store that is sound then.
  private static func salvage(_ disk: SimulatedDisk, _ place: String) async throws {
    let storage = MemoryStorage()
    try await storage.open(catalog)
    do {
      _ = try await FileStorage.salvage(from: folder, into: storage, fileSystem: disk)
    } catch is StorageError {
    } catch {
      Issue.record("\(place), salvaged: \(error)")
    }
    let report = try await storage.verify()
    if !report.isSound { Issue.record("\(place), salvaged: \(report)") }
  }
}
#endif
