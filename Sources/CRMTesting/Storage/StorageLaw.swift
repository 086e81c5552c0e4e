import CRMStorage

/// One promise of the storage contract, and the trial that shows whether a backend keeps it.
///
/// Laws know no test framework; ``StorageConformance`` tries them.
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
  /// - Throws: ``LawBroken``, or what making the storage throws.
  func check(in place: LawTrial.Place) async throws {
    let storage = try await place.make()
    do {
      if !kinds.isEmpty { try await storage.open(Catalog(kinds)) }
      try await trial(LawTrial(storage: storage, place: place))
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
  public static let all: [StorageLaw] = chapters.flatMap(\.self)

  private static let chapters: [[StorageLaw]] = [
    records, values, text, filters, relatedFilters, order, paging, uniqueness, references,
    precedence, transactions, isolation, concurrency, opening, evolution, wholeStore,
  ]
}
