/// Something that members of a programme can have for points.
public struct Reward: Versioned {
  /// What names it for good.
  public let id: Identifier<Reward>

  /// The name of the programme.
  public internal(set) var programme: String

  /// Its name, one of a kind in the programme.
  public internal(set) var name: String

  /// What it is.
  public internal(set) var kind: Kind

  /// The name of the points it is paid with.
  public internal(set) var currency: String

  /// Its prices, the earliest first.
  public internal(set) var prices: [RewardPrice]

  /// How many there have ever been; `nil` for any number.
  public internal(set) var stock: Int64?

  /// When it can be claimed first; `nil` for always.
  public var availableFrom: Instant?

  /// From when on it cannot be claimed any more; `nil` for never.
  public var availableUntil: Instant?

  /// The group of ``tiers``; `nil` for the programme's first.
  public var tierGroup: String?

  /// Whose members may claim it; none for everybody.
  public var tiers: [String]

  /// How many days a coupon for it lasts, with the day it is issued; `nil` for ever.
  public var couponDays: Int?

  public var modifiedAt: Instant

  public var version: Int

  /// What a reward is.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Money off what is bought, by a coupon.
    case discount
    /// A thing.
    case item
    /// A service that adds to what is bought: a lounge, a delivery, an advice.
    case service
    /// Something else by a coupon, such as of a partner.
    case coupon
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Reward/programme``, for filters and sorting.
    public let programme = Field<Reward, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``Reward/name``, for filters and sorting.
    public let name = Field<Reward, String>("name", { $0.name }, { $0.name = $1 })

    /// ``Reward/kind``, for filters and sorting.
    public let kind = Field<Reward, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Reward/currency``, for filters and sorting.
    public let currency = Field<Reward, String>("currency", { $0.currency }, { $0.currency = $1 })

    /// ``Reward/prices``, for filters and sorting.
    public let prices = Field<Reward, [RewardPrice]>("prices", { $0.prices }, { $0.prices = $1 })

    /// ``Reward/stock``, for filters and sorting.
    public let stock = Field<Reward, Int64?>("stock", { $0.stock }, { $0.stock = $1 })

    /// ``Reward/availableFrom``, for filters and sorting.
    public let availableFrom = Field<Reward, Instant?>(
      "available_from", { $0.availableFrom }, { $0.availableFrom = $1 })

    /// ``Reward/availableUntil``, for filters and sorting.
    public let availableUntil = Field<Reward, Instant?>(
      "available_until", { $0.availableUntil }, { $0.availableUntil = $1 })

    /// ``Reward/tierGroup``, for filters and sorting.
    public let tierGroup = Field<Reward, String?>(
      "tier_group", { $0.tierGroup }, { $0.tierGroup = $1 })

    /// ``Reward/tiers``, for filters and sorting.
    public let tiers = Field<Reward, [String]>("tiers", { $0.tiers }, { $0.tiers = $1 })

    /// ``Reward/couponDays``, for filters and sorting.
    public let couponDays = Field<Reward, Int?>(
      "coupon_days", { $0.couponDays }, { $0.couponDays = $1 })

    /// ``Reward/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Reward, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Reward/version``, for filters and sorting.
    public let version = Field<Reward, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Reward>(
    "rewards", fields, indexes: [.unique(fields.programme, fields.name)]
  ) {
    Reward(
      id: $0, programme: "", name: "", kind: .item, currency: "", prices: [], tiers: [],
      modifiedAt: .earliest, version: 1)
  }
}

extension Reward {
  /// The price that holds at an instant; `nil` before the first one does.
  public func price(at instant: Instant) -> RewardPrice? { prices.last { $0.from <= instant } }

  /// Whether who claims it gets a coupon for it.
  public var givesCoupon: Bool { kind == .discount || kind == .coupon }

  /// Why it cannot be had at an instant, whoever asks.
  func unavailability(at instant: Instant) -> LoyaltyError? {
    if let availableFrom, instant < availableFrom {
      return LoyaltyError(.ineligible, "“\(name)” is not on offer yet")
    }
    if let availableUntil, instant >= availableUntil {
      return LoyaltyError(.ineligible, "“\(name)” is not on offer any more")
    }
    return nil
  }
}

/// A reward came to the catalogue of a programme.
public struct RewardAdded: Event {
  /// The reward.
  public var reward: Reward.ID

  public static let name = "loyalty.reward_added"

  private struct Fields: Sendable {
    let reward = Field<RewardAdded, Reward.ID>("reward", { $0.reward }, { $0.reward = $1 })
  }

  public static let layout = Layout(Fields(), blank: RewardAdded(reward: .zero))
}

/// A reward changed: its price, how many there are, or who may claim it.
public struct RewardUpdated: Event {
  /// The reward.
  public var reward: Reward.ID

  public static let name = "loyalty.reward_updated"

  private struct Fields: Sendable {
    let reward = Field<RewardUpdated, Reward.ID>("reward", { $0.reward }, { $0.reward = $1 })
  }

  public static let layout = Layout(Fields(), blank: RewardUpdated(reward: .zero))
}
