import CRMStorage

/// One promise of the storage contract, and the trial that shows whether a backend keeps it.
///
/// Laws know no test framework: they return, or throw ``LawBroken``. In Swift Testing:
///
///     @Test(arguments: StorageLaw.all)
///     func keeps(law: StorageLaw) async throws {
///       try await law.check { MemoryStorage() }
///     }
public struct StorageLaw: Sendable, Identifiable {
  /// A name that stays the same from version to version: `transactions.throwing-write`.
  public let id: String

  /// The promise, as a sentence.
  public let title: String

  private let kinds: [any Record.Type]
  private let trial: @Sendable (LawTrial) async throws -> Void

  /// States a law.
  ///
  /// - Parameters:
  ///   - id: A stable name: its group, a full stop, and a few words.
  ///   - title: The promise, as a sentence.
  ///   - kinds: What the storage is opened with; nothing leaves it closed.
  ///   - trial: Throws where the storage breaks the promise.
  init(
    _ id: String, _ title: String, opening kinds: [any Record.Type] = LawTrial.kinds,
    _ trial: @escaping @Sendable (LawTrial) async throws -> Void
  ) {
    self.id = id
    self.title = title
    self.kinds = kinds
    self.trial = trial
  }

  /// Tries the law on a storage of its own.
  ///
  /// - Parameters:
  ///   - makeStorage: Makes a storage that is empty and not yet opened.
  ///   - reopen: Turns a closed storage into one over the same rows, not yet opened; the laws
  ///     of ``persistence`` ask for it. By default the closed one itself.
  /// - Throws: ``LawBroken``, or what `makeStorage` throws.
  public func check(
    _ makeStorage: @Sendable () async throws -> any Storage,
    reopen: @escaping @Sendable (any Storage) async throws -> any Storage = { $0 }
  ) async throws {
    let storage = try await makeStorage()
    do {
      if !kinds.isEmpty { try await storage.open(Catalog(kinds)) }
      try await trial(LawTrial(storage: storage, reopen: reopen))
      await storage.close()
    } catch let failure as Unmet {
      await storage.close()
      throw LawBroken(
        law: title, expected: failure.expected, found: failure.found, fileID: failure.fileID,
        line: failure.line)
    } catch let error where !(error is LawBroken) {
      await storage.close()
      throw LawBroken(law: title, expected: "no error", found: "\(error)")
    }
  }
}

extension StorageLaw: CustomStringConvertible {
  public var description: String { title }
}

extension StorageLaw {
  /// Every law that holds for every storage.
  public static let all: [StorageLaw] =
    records + values + text + filters + relatedFilters + order + paging + uniqueness + references
    + precedence + transactions + isolation + opening

  /// The laws of storages whose rows outlive them.
  public static let persistence: [StorageLaw] = survival
}
