/// The quantile of a sample, interpolated between its values.
///
/// - Parameters:
///   - probability: The share of the sample below, 0 to 1; 0.5 is the median.
///   - sample: The values, in any order.
/// - Returns: `nil` for an empty sample.
/// - Precondition: `probability` lies in 0…1, and no value is NaN.
/// - Complexity: O(*n* log *n*).
///
/// Source: Hyndman & Fan, “Sample quantiles in statistical packages”, *The American
/// Statistician* 50 (4), 1996, definition 7 (the default of R, NumPy and spreadsheets).
public func quantile(_ probability: Double, of sample: [Double]) -> Double? {
  precondition((0...1).contains(probability), "A probability lies between 0 and 1.")
  guard !sample.isEmpty else { return nil }
  let sorted = sample.sorted()
  let place = probability * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
