extension LedgerEntry {
  /// What the entry and all before it hash to: SHA-256 over the hash before and the entry as JSON,
  /// with all of its fields; of what somebody wrote with its hash alone.
  var computedHash: Blob {
    var unhashed = self
    unhashed.hash = Blob([])
    (unhashed.reason, unhashed.salt) = (nil, nil)
    let writer = JSONWriter()
    writer.object(Self.schema.layout, Held(unhashed))
    var bytes = previousHash.bytes
    bytes += id.description.utf8
    bytes += writer.bytes
    return Blob(SHA256.hash(bytes))
  }

  /// What somebody wrote hashes to, with its salt; `nil` where there is nothing.
  var computedReasonHash: Blob? {
    guard let reason, let salt else { return nil }
    return Blob(SHA256.hash(salt.bytes + reason.utf8))
  }

  /// Whether what somebody wrote was forgotten.
  var isForgotten: Bool { reasonHash != nil && reason == nil && salt == nil }
}

extension UInt64 {
  /// Its bytes, the highest first.
  var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}
