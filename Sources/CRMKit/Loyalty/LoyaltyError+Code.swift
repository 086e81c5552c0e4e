extension LoyaltyError {
  /// The kind of a failure.
  ///
  /// New kinds may be added, so a `switch` needs a `default`.
  public struct Code: Hashable, Sendable, Codable, RawRepresentable, FieldValue,
    CustomStringConvertible
  {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ name: String) { self.init(rawValue: name) }

    public var description: String { rawValue }

    /// Whether it is what a member may not do just now, which is a result and remembered; anything
    /// else makes no sense, and is thrown.
    var isRefusal: Bool { Self.refusals.contains(self) }

    /// What is said of it, and what the caller can do.
    var texts: (message: String, recovery: String) {
      Self.texts[self] ?? ("It was refused: {detail}.", "Use a newer program, which knows why.")
    }
  }
}

extension LoyaltyError.Code {
  /// The member has fewer points than are asked for.
  public static let insufficientPoints = Self("insufficientPoints")
  /// More is to be captured than a hold has.
  public static let exceedsHold = Self("exceedsHold")
  /// An amount is below the least that makes sense.
  public static let invalidAmount = Self("invalidAmount")
  /// The key was used for another request; ``LoyaltyError/detail`` names the first difference.
  public static let idempotencyConflict = Self("idempotencyConflict")
  /// The member may not take part; ``LoyaltyError/detail`` says why.
  public static let ineligible = Self("ineligible")
  /// Fewer points are to be spent than may be at once.
  public static let belowMinimum = Self("belowMinimum")
  /// More of an order is to be paid with points than may be.
  public static let exceedsOrderCap = Self("exceedsOrderCap")
  /// Points are not as many as whole blocks are.
  public static let notInBlocks = Self("notInBlocks")
  /// A reward costs something else by now; ``LoyaltyError/allowed`` is how much.
  public static let priceChanged = Self("priceChanged")
  /// There is no more of a reward.
  public static let outOfStock = Self("outOfStock")
  /// Somebody is to look at it first; ``LoyaltyError/detail`` is the hold of its points.
  public static let heldForReview = Self("heldForReview")
  /// Nothing has the identifier.
  public static let unknownReference = Self("unknownReference")
  /// An entry was reversed before.
  public static let alreadyReversed = Self("alreadyReversed")
  /// An entry is of a kind that cannot be reversed.
  public static let notReversible = Self("notReversible")
  /// Points were to go from an account to itself.
  public static let sameAccount = Self("sameAccount")
  /// Somebody else has brought the member.
  public static let alreadyReferred = Self("alreadyReferred")
  /// The customer has a membership of the programme; ``LoyaltyError/detail`` names it.
  public static let alreadyMember = Self("alreadyMember")
  /// A membership is an alias of another.
  public static let alreadyMerged = Self("alreadyMerged")
  /// A hold is captured, voided or lapsed.
  public static let alreadyResolved = Self("alreadyResolved")
  /// Whoever asked for it cannot approve it.
  public static let selfApproval = Self("selfApproval")
  /// Somebody else has to approve as much as that.
  public static let approvalRequired = Self("approvalRequired")
  /// A time is not over.
  public static let periodOpen = Self("periodOpen")
  /// A time is closed already.
  public static let periodClosed = Self("periodClosed")
  /// Why is not said.
  public static let reasonRequired = Self("reasonRequired")
  /// An amount exceeds 64 bits.
  public static let overflow = Self("overflow")
  /// There is no rate for a currency.
  public static let noRate = Self("noRate")
  /// The programme has no such currency of points.
  public static let unknownCurrency = Self("unknownCurrency")
  /// Points of different currencies were joined.
  public static let currencyMismatch = Self("currencyMismatch")
  /// More of an order was to be refunded than is left of it.
  public static let exceedsOrder = Self("exceedsOrder")
  /// An input makes no sense; every problem of it is named.
  public static let invalidInput = Self("invalidInput")
  /// Another operation of the same batch was refused.
  public static let batchRefused = Self("batchRefused")

  private static let refusals: Set<Self> = [
    insufficientPoints, exceedsHold, ineligible, alreadyReversed, alreadyResolved,
    belowMinimum, exceedsOrderCap, notInBlocks, priceChanged, outOfStock, heldForReview,
  ]

  private static let texts: [Self: (message: String, recovery: String)] = [
    insufficientPoints: (
      "{requested} points were asked for, {allowed} are available.",
      "Ask for at most {allowed}, or wait for pending points to be confirmed."
    ),
    exceedsHold: (
      "{requested} points were to be captured, the hold has {allowed}.",
      "Capture at most {allowed}, and redeem the rest."
    ),
    invalidAmount: ("{detail} is {requested}.", "Give an amount of at least {allowed}."),
    idempotencyConflict: (
      "The key was used for a request that differs in {detail}.",
      "Repeat the request as it was, or give a new one a key of its own."
    ),
    ineligible: ("The member cannot take part: {detail}.", "Ask again when that has changed."),
    belowMinimum: (
      "{requested} points are fewer than can be spent at once.", "Spend at least {allowed}."
    ),
    exceedsOrderCap: (
      "{requested} points pay more of the order than may be.", "Spend at most {allowed}."
    ),
    notInBlocks: ("{requested} points are no multiple of {detail}.", "Spend {allowed}."),
    priceChanged: (
      "The price has changed to {allowed} points.", "Ask whether {allowed} points are right."
    ),
    outOfStock: ("There is no “{detail}” left.", "Claim another reward, or wait for more."),
    heldForReview: (
      "{requested} points are set aside until somebody has looked at it.",
      "Wait for it to be released or rejected."
    ),
    unknownReference: ("There is no {detail}.", "Name what there is."),
    alreadyReversed: ("Entry {detail} was reversed before.", "Let it be."),
    notReversible: (
      "Entry {detail} is of a kind that cannot be reversed.", "Adjust the points instead."
    ),
    sameAccount: ("The points are the member's already.", "Name another member."),
    alreadyReferred: ("Member {detail} has brought them already.", "Let it be."),
    alreadyMember: (
      "The customer has membership {detail} already.", "Join the two memberships."
    ),
    alreadyMerged: ("Member {detail} is an alias of another.", "Name the other."),
    alreadyResolved: ("It is {detail} already.", "Let it be."),
    selfApproval: (
      "{detail} asked for it, and cannot approve it.", "Let somebody else decide."
    ),
    approvalRequired: (
      "{requested} points need approval: up to {allowed} do not.",
      "Propose it, and let somebody else approve it."
    ),
    periodOpen: ("{detail} is not over.", "Close it when it is."),
    periodClosed: ("{detail} lies in a time that is closed.", "Name a later day."),
    reasonRequired: ("It needs a reason.", "Say why."),
    overflow: ("An amount of points exceeds 64 bits.", "Use smaller amounts."),
    invalidInput: ("The input is invalid: {detail}.", "Correct it, and ask again."),
    noRate: ("There is no rate for {detail}.", "State one, and ask again under the same key."),
    unknownCurrency: (
      "The programme has no points called “{detail}”.", "Name a currency the programme defines."
    ),
    currencyMismatch: (
      "Points of different currencies cannot be joined: {detail}.", "Convert one of them first."
    ),
    exceedsOrder: (
      "{requested} were to be refunded, {allowed} are left of it: {detail}.",
      "Refund at most what is left."
    ),
    batchRefused: (
      "Operation {detail} of the batch was refused, so none was done.",
      "Correct that one, or do them one by one."
    ),
  ]
}
