extension LoyaltyOperations {
  /// A number that stands for all points there are and how they came to be: SHA-256 in hexadecimal.
  ///
  /// Stores in which the same was done have the same, whatever keeps them. What only saves looking,
  /// such as when to look again, is left out.
  ///
  /// - Complexity: O(*n*) in accounts, lots and holds; entries are in by their last hashes.
  public func fingerprint() throws -> String {
    var bytes: [UInt8] = []
    try add(heads, to: &bytes) { head in
      var head = head
      head.nextPassAt = .latest
      return head
    }
    try add(members, to: &bytes) { $0 }
    try add(accounts, to: &bytes) { $0.exact }
    try add(lots, to: &bytes) { $0 }
    try add(holds, to: &bytes) { $0 }
    return SHA256.hash(bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }

  /// Adds the hash of each record of a kind, in the order of their identifiers.
  private func add<R: Record>(
    _ records: Records<R>, to bytes: inout [UInt8], _ exact: (R) -> R
  ) throws {
    let writer = JSONWriter()
    try records.scan(Query(sortedBy: { _ in [.oldestFirst] })) { held in
      writer.reset()
      writer.object(R.schema.layout, Held(exact(held.row)))
      bytes += held.id.description.utf8
      bytes += SHA256.hash(writer.bytes)
      return true
    }
  }
}
