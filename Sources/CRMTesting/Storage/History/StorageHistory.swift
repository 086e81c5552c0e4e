import CRMStorage

/// A random history of changes and questions, the same for the same seed.
///
/// It is played on several storages side by side and on a plain model of dictionaries. After
/// each step all answers must be equal, refusals and order included.
///
///     try await StorageHistory(seed: 7, steps: 300).run(on: [MemoryStorage(), mine])
public struct StorageHistory: Sendable {
  /// What decides the history.
  public let seed: UInt64

  /// How many transactions it has.
  public let steps: Int

  /// Describes a history, which is made up while it runs.
  public init(seed: UInt64, steps: Int = 300) {
    self.seed = seed
    self.steps = steps
  }

  /// Plays the history.
  ///
  /// - Parameter storages: Storages that are empty and not yet open; they are closed at the end.
  /// - Throws: ``LawBroken`` with the seed and the step, or what a storage throws unasked.
  public func run(on storages: [any Storage]) async throws {
    let catalog = try Catalog([Crew.self, Sailor.self, Postcard.self])
    for storage in storages { try await storage.open(catalog) }
    var writer = HistoryWriter(seed: seed)
    let model = ModelTarget()
    var bookmarks: [HistoryBookmark?] = storages.map { _ in nil }
    for step in 1...max(steps, 1) {
      let transaction = writer.transaction()
      let expected = transaction.play(on: model)
      for (position, storage) in storages.enumerated() {
        let found = try await transaction.play(on: storage, &bookmarks[position])
        if let difference = difference(between: expected, and: found) {
          throw LawBroken(
            law: "A storage answers a history as a plain model does",
            expected: difference.expected,
            found: "\(difference.found)\n  in step \(step) of \(type(of: storage)): \(transaction)",
            seed: seed)
        }
      }
    }
    for storage in storages { await storage.close() }
  }

  private func difference(between expected: [HistoryReply], and found: [HistoryReply]) -> (
    expected: String, found: String
  )? {
    for (expected, found) in zip(expected, found) where !expected.allows(found) {
      return ("\(expected)", "\(found)")
    }
    guard expected.count != found.count else { return nil }
    return ("\(expected.count) replies: \(expected)", "\(found.count) replies: \(found)")
  }
}
