/// Where customers are by what they do and what they think.
///
/// Source: Dick & Basu, “Customer Loyalty: Toward an Integrated Conceptual Framework”, *Journal of
/// the Academy of Marketing Science* 22 (2), 1994: relative attitude against repeat patronage.
public enum LoyaltyStanding: String, Sendable, Codable, CaseIterable, FieldValue {
  /// They buy again and again, and think highly of the firm.
  case loyal
  /// They think highly of the firm, and buy little.
  case latent
  /// They buy again and again without thinking highly of the firm, or for the price alone: habit,
  /// convenience or offers hold them.
  case spurious
  /// They neither buy much nor think highly of the firm.
  case noLoyalty = "none"
  /// What they think is not known: nobody asked, and they gave the firm nothing besides money.
  case unknown
}
