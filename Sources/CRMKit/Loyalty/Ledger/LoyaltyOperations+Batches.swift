/// How the operations of a batch hang together.
public enum LoyaltyBatch: String, Sendable, Hashable, CaseIterable {
  /// All of them are done, or none.
  case atomic
  /// Each is done, or refused, for itself.
  case individual
}

extension LoyaltyOperations {
  /// Does several operations, and tells of each what became of it.
  ///
  ///     try tx.loyalty.batch(.atomic, gifts) { loyalty, gift in
  ///       try loyalty.adjust(gift.points, for: gift.member, because: "prize", key: gift.key)
  ///     }
  ///
  /// - Parameters:
  ///   - mode: Whether one that is refused keeps the others from being done.
  ///   - items: What to do each operation with.
  ///   - body: Does one operation. What it throws because of its item is its result:
  ///     ``LoyaltyError``; what ``CRMError`` says of invalid input, with the code
  ///     ``LoyaltyError/Code/invalidInput``; what there is none of, as
  ///     ``LoyaltyError/Code/unknownReference``.
  /// - Returns: The results in the order of the items. Where one of an atomic batch was refused,
  ///   nothing was done, nor is anything remembered: the others have the code
  ///   ``LoyaltyError/Code/batchRefused``.
  /// - Throws: What `body` throws otherwise, such as `StorageError`; nothing was done then.
  @discardableResult
  public func batch<Item>(
    _ mode: LoyaltyBatch, _ items: [Item],
    _ body: (LoyaltyOperations, Item) throws -> LoyaltyResult
  ) throws -> [LoyaltyResult] {
    switch mode {
    case .individual: try transaction.attempt { try items.map { try single($0, body) } }
    case .atomic: try atomic(items, body)
    }
  }

  private func single<Item>(
    _ item: Item, _ body: (LoyaltyOperations, Item) throws -> LoyaltyResult
  ) throws -> LoyaltyResult {
    do {
      return try transaction.attempt { try body(self, item) }
    } catch {
      guard let refusal = LoyaltyError(ofInput: error) else { throw error }
      return LoyaltyResult(entry: nil, refusal: refusal)
    }
  }

  private func atomic<Item>(
    _ items: [Item], _ body: (LoyaltyOperations, Item) throws -> LoyaltyResult
  ) throws -> [LoyaltyResult] {
    do {
      return try transaction.attempt {
        var results: [LoyaltyResult] = []
        for (place, item) in items.enumerated() {
          do {
            try results.append(body(self, item))
          } catch {
            guard let refusal = LoyaltyError(ofInput: error) else { throw error }
            throw BatchRefusal(place: place, error: refusal)
          }
          if let refusal = results[place].refusal {
            throw BatchRefusal(place: place, error: refusal)
          }
        }
        return results
      }
    } catch let refused as BatchRefusal {
      return items.indices.map { place in
        let error =
          place == refused.place
          ? refused.error : LoyaltyError(.batchRefused, "\(refused.place + 1)")
        return LoyaltyResult(entry: nil, refusal: error)
      }
    }
  }
}

/// Which operation of a batch was refused, and why.
private struct BatchRefusal: Error {
  let place: Int
  let error: LoyaltyError
}

extension LoyaltyError {
  /// What an error says of an input; `nil` where it says nothing of it.
  init?(ofInput error: any Error) {
    if let error = error as? LoyaltyError {
      self = error
      return
    }
    guard let error = error as? CRMError else { return nil }
    switch error.code {
    case .invalid:
      self.init(.invalidInput, error.issues.map(\.description).joined(separator: "; "))
    case .notFound:
      let named = [error.record, error.identifier].compactMap { $0 }
      self.init(.unknownReference, named.joined(separator: " "))
    default: return nil
    }
  }
}
