/// By what the loyalty of customers is measured, with weights that are the host's to change.
///
/// A model is data: defined in the store (``LoyaltyIndexOperations/define(_:)``) and versioned.
public struct LoyaltyIndexModel: Hashable, Sendable, Codable {
  /// 1 for the first definition, raised by one with each change.
  public var version: Int

  /// What behavioural loyalty is seen by.
  public var behaviour: [LoyaltyFactor]

  /// What attitudinal loyalty is seen by.
  public var attitude: [LoyaltyFactor]

  /// How much behaviour counts in the index, 1 to 1,000.
  public var behaviourWeight: Int

  /// How much attitude counts in the index, 1 to 1,000.
  public var attitudeWeight: Int

  /// From how many points on behaviour is high, 1 to 100.
  public var highBehaviour: Int

  /// From how many points on attitude is high, 1 to 100.
  public var highAttitude: Int

  /// When purchases were won by price alone.
  public var price: PriceRules

  /// Which source is believed on what a customer spends, the most trusted first.
  ///
  /// Sources that it does not have rank below, all alike; among sources trusted alike it is the
  /// word that was true last, then the one recorded last.
  public var walletTrust: [WalletSource]

  /// The feature of catalogue items that says their brand.
  public var brandFeature: String

  /// From how many percent of the days of purchase on loyalty rests on one brand or item alone,
  /// 1 to 100.
  public var concentration: Int

  /// A model; ``LoyaltyIndexOperations/define(_:)`` looks whether it can work.
  public init(
    version: Int = 1, behaviour: [LoyaltyFactor], attitude: [LoyaltyFactor],
    behaviourWeight: Int = 1, attitudeWeight: Int = 1, highBehaviour: Int = 50,
    highAttitude: Int = 50, price: PriceRules = PriceRules(),
    walletTrust: [WalletSource] = WalletSource.usualTrust, brandFeature: String = "brand",
    concentration: Int = 75
  ) {
    self.version = version
    self.behaviour = behaviour
    self.attitude = attitude
    self.behaviourWeight = behaviourWeight
    self.attitudeWeight = attitudeWeight
    self.highBehaviour = highBehaviour
    self.highAttitude = highAttitude
    self.price = price
    self.walletTrust = walletTrust
    self.brandFeature = brandFeature
    self.concentration = concentration
  }

  /// Weights to begin with.
  public static let standard = LoyaltyIndexModel(
    behaviour: [
      LoyaltyFactor(.recency, weight: 20), LoyaltyFactor(.repeats, weight: 25),
      LoyaltyFactor(.regularity, weight: 15), LoyaltyFactor(.tenure, weight: 10),
      LoyaltyFactor(.categories, weight: 5), LoyaltyFactor(.channels, weight: 5),
      LoyaltyFactor(.walletShare, weight: 15), LoyaltyFactor(.fullPrice, weight: 5),
    ],
    attitude: [
      LoyaltyFactor(.satisfaction, weight: 30), LoyaltyFactor(.recommendation, weight: 25),
      LoyaltyFactor(.trust, weight: 20), LoyaltyFactor(.recognition, weight: 10),
      LoyaltyFactor(.dependence, weight: 5), LoyaltyFactor(.contributions, weight: 5),
      LoyaltyFactor(.advocacy, weight: 5),
    ])
}

/// When purchases were won by price alone.
public struct PriceRules: Hashable, Sendable, Codable {
  /// From what share taken off on an order is won by a discount.
  public var discount: Rate

  /// From how many percent of orders at a discount on a customer is won by price alone.
  public var mostAtDiscount: Int

  /// From how many percent of orders at a discount on it matters what comes after them.
  public var someAtDiscount: Int

  /// From how many percent of ended offers that nothing followed on a customer is won by price
  /// alone, where ``someAtDiscount`` is reached.
  public var mostDropped: Int

  /// How many percent of their own rhythm customers are given to buy again once an offer ended.
  public var patience: Int

  /// What the rhythm of a customer is taken for while there are fewer than two gaps between days of
  /// purchase, in days.
  public var usualDays: Int

  /// Rules; those to begin with where nothing else is said.
  public init(
    discount: Rate = .percent(5), mostAtDiscount: Int = 60, someAtDiscount: Int = 30,
    mostDropped: Int = 50, patience: Int = 150, usualDays: Int = 90
  ) {
    self.discount = discount
    self.mostAtDiscount = mostAtDiscount
    self.someAtDiscount = someAtDiscount
    self.mostDropped = mostDropped
    self.patience = patience
    self.usualDays = usualDays
  }
}
