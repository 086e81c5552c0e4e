extension LedgerEntry {
  /// What the entry and all before it hash to: SHA-256 over the hash before and the entry as JSON,
  /// with all of its fields.
  var computedHash: Blob {
    var unhashed = self
    unhashed.hash = Blob([])
    let writer = JSONWriter()
    writer.object(Self.schema.layout, Held(unhashed))
    var bytes = previousHash.bytes
    bytes += id.description.utf8
    bytes += writer.bytes
    return Blob(SHA256.hash(bytes))
  }
}
