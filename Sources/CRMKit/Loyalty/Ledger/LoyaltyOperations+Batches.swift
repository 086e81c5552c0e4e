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
  ///   - body: Does one operation. What it throws of ``LoyaltyError`` is its result.
  /// - Returns: The results in the order of the items. Where one of an atomic batch was refused,
  ///   nothing was done, nor is anything remembered: the others have the code
  ///   ``LoyaltyError/Code/batchRefused``.
  /// - Throws: What `body` throws otherwise, such as ``CRMError``; nothing was done then.
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
    } catch let error as LoyaltyError {
      return LoyaltyResult(entry: nil, refusal: error)
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
          } catch let error as LoyaltyError {
            throw BatchRefusal(place: place, error: error)
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
