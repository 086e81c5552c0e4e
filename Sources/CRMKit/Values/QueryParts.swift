extension Array {
  /// The elements in parts of 500, as many as one query names.
  var inParts: [[Element]] {
    stride(from: 0, to: count, by: 500).map { Array(self[$0..<Swift.min($0 + 500, count)]) }
  }
}
