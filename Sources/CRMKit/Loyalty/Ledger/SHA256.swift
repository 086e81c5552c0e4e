import CSHA256

/// The hash of bytes, by which a change of any of them shows.
enum SHA256 {
  /// The hash of some bytes: 32 bytes.
  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The hash of some bytes: 32 bytes.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    Array(unsafeUninitializedCapacity: 32) { hash, count in
      crmkit_sha256(bytes.baseAddress, bytes.count, hash.baseAddress)
      count = 32
    }
  }
}
