/// The longest an indexed text or byte string may be, in bytes.
let longestIndexedValue = 1_000

/// Measures the longest text or byte string among columns, and looks for NUL.
final class LengthWriter: ColumnWriter {
  private var longest = 0
  private var hasNUL = false

  /// What keeps the columns out of an index.
  var problem: StorageError? {
    if hasNUL {
      return StorageError(
        .invalidValue, "The value contains the NUL character.",
        recovery: "Remove U+0000 from the text.")
    }
    if longest > longestIndexedValue {
      return StorageError(
        .tooLong, "The value has \(longest) bytes.",
        recovery: "An indexed value has at most \(longestIndexedValue).")
    }
    return nil
  }

  func missing() {}
  func flag(_ value: Bool) {}
  func integer(_ value: Int64) {}
  func real(_ value: Double) {}
  func text(_ value: String) {
    longest = max(longest, value.utf8.count)
    if !Text.isSettled(value) && value.utf8.contains(0) { hasNUL = true }
  }
  func instant(_ value: Instant) {}
  func identifier(high: UInt64, low: UInt64) {}
  func bytes(_ value: [UInt8]) { longest = max(longest, value.count) }
  func json(_ encode: (JSONWriter) -> Void) {}
}
