extension ScorePoints {
  static let hundred = ScorePoints(100)

  /// So many of a hundred, at most all; what is over is cut off at the billionth.
  static func share(_ part: Int64, of whole: Int64) -> ScorePoints {
    guard part < whole else { return .hundred }
    guard part > 0 else { return .zero }
    // The part is less than the whole, so the quotient is less than a hundred.
    let (points, _) = UInt64(whole).dividingFullWidth(
      UInt64(part).multipliedFullWidth(by: UInt64(hundred.billionths)))
    return ScorePoints(billionths: Int64(points))
  }

  /// What is left of a hundred, at least nothing.
  static func rest(_ part: Int64, of whole: Int64) -> ScorePoints {
    ScorePoints(billionths: hundred.billionths - share(part, of: whole).billionths)
  }
}
