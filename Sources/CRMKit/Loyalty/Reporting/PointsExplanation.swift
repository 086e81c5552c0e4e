/// How a number of points came about, in words and in parts that add up to it.
///
/// It is made of what the ledger keeps, so it stays true when rules are changed or gone.
///
///     let why = try tx.loyalty.explanation(of: entry.id)
///     print(why.text)   // Earned 14 points for order 77 by version 1 of “club”.
///     for part in why.parts { print(part.points, part.text) }
///     for note in why.notes { print(note) }   // They last through 2027-03-01.
public struct PointsExplanation: Hashable, Sendable {
  /// How many points: added, or taken where below zero.
  public let points: Int64

  /// The name of the points.
  public let currency: String

  /// What it is, in a sentence.
  public let text: String

  /// What it is made up of.
  public let parts: [Part]

  /// What else is kept of how it came about, in sentences: what was asked for and why, who decided,
  /// which settings of the programme were used, what became of points that are not in the number.
  public let notes: [String]

  /// A part of the number.
  public struct Part: Hashable, Sendable {
    /// How many points.
    public let points: Int64
    /// What for.
    public let text: String
  }

  init(_ currency: String, _ text: String, _ parts: [Part], notes: [String] = []) {
    points = parts.reduce(0) { $0 &+ $1.points }
    self.currency = currency
    self.text = text
    self.parts = parts
    self.notes = notes
  }
}

extension PointsExplanation: CustomStringConvertible {
  public var description: String {
    ([text] + parts.map { "  \($0.points): \($0.text)" } + notes).joined(separator: "\n")
  }
}

extension AwardItem {
  /// What the rule gave and why, in a few words.
  var explanation: String {
    var text =
      switch source {
      case .base: "rule “\(rule)”"
      case .tier: "tier “\(rule)”"
      case .multiplier: "rule “\(rule)”, a multiplier"
      }
    if let rate {
      text += source == .base ? ": \(rate) for each 1" : ": × \(rate)"
      if let basis { text += " of \(basis)" }
    } else if let basis {
      text += ": for \(basis)"
    }
    if exact != Fraction(wanted) { text += ", \(exact) exactly" }
    if granted != wanted { text += ", of \(wanted) \(capText)" }
    return text
  }

  private var capText: String {
    cap.map { "the cap “\($0)” left \(granted)" } ?? "\(granted) were granted"
  }
}

extension AwardTotal {
  /// How the whole number of points was taken, in a few words; `nil` where nothing was rounded.
  var roundingText: String? {
    guard remainder != .zero else { return nil }
    let rest =
      remainder > .zero ? "\(remainder) dropped" : "\(Fraction.zero.distance(to: remainder)) added"
    return "\(exact) exactly, rounded \(mode.words): \(rest)"
  }
}

extension Fraction {
  /// How far another lies from it, never below zero.
  fileprivate func distance(to other: Fraction) -> Fraction {
    guard let difference = try? self - other else { return .zero }
    return difference < .zero ? (try? .zero - difference) ?? .zero : difference
  }
}

extension RoundingMode {
  /// The mode in words.
  fileprivate var words: String {
    switch self {
    case .down: "down"
    case .up: "up"
    case .halfUp: "to the nearest, a half up"
    case .halfEven: "to the nearest, a half to the even one"
    }
  }
}
