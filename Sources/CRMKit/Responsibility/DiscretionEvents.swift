/// A limit of discretion was set or changed; the recorded event has the fields.
public struct DiscretionLimitSet: Event {
  /// The limit.
  public var limit: DiscretionLimit.ID

  public static let name = "responsibility.discretion_limit_set"

  private struct Fields: Sendable {
    let limit = Field<DiscretionLimitSet, DiscretionLimit.ID>(
      "limit", { $0.limit }, { $0.limit = $1 })
  }

  public static let layout = Layout(Fields(), blank: DiscretionLimitSet(limit: .zero))
}

/// A limit of discretion was withdrawn.
public struct DiscretionLimitWithdrawn: Event {
  /// The limit.
  public var limit: DiscretionLimit.ID

  public static let name = "responsibility.discretion_limit_withdrawn"

  private struct Fields: Sendable {
    let limit = Field<DiscretionLimitWithdrawn, DiscretionLimit.ID>(
      "limit", { $0.limit }, { $0.limit = $1 })
  }

  public static let layout = Layout(Fields(), blank: DiscretionLimitWithdrawn(limit: .zero))
}

/// Somebody asked whether money may be spent to satisfy a customer.
public struct GoodwillAsked: Event {
  /// The goodwill.
  public var goodwill: Goodwill.ID
  /// The customer.
  public var customer: Customer.ID
  /// How much.
  public var amount: Money

  public static let name = "responsibility.goodwill_asked"

  private struct Fields: Sendable {
    let goodwill = Field<GoodwillAsked, Goodwill.ID>(
      "goodwill", { $0.goodwill }, { $0.goodwill = $1 })
    let customer = Field<GoodwillAsked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let amount = Field<GoodwillAsked, Money>("amount", { $0.amount }, { $0.amount = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: GoodwillAsked(goodwill: .zero, customer: .zero, amount: .zero(.eur)))
}

/// Money was spent to satisfy a customer; who did it stands with the event.
public struct GoodwillGranted: Event {
  /// The goodwill.
  public var goodwill: Goodwill.ID
  /// The customer.
  public var customer: Customer.ID
  /// How much.
  public var amount: Money

  public static let name = "responsibility.goodwill_granted"

  private struct Fields: Sendable {
    let goodwill = Field<GoodwillGranted, Goodwill.ID>(
      "goodwill", { $0.goodwill }, { $0.goodwill = $1 })
    let customer = Field<GoodwillGranted, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let amount = Field<GoodwillGranted, Money>("amount", { $0.amount }, { $0.amount = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: GoodwillGranted(goodwill: .zero, customer: .zero, amount: .zero(.eur)))
}

/// Money that was asked for to satisfy a customer is not spent.
public struct GoodwillDeclined: Event {
  /// The goodwill.
  public var goodwill: Goodwill.ID
  /// The customer.
  public var customer: Customer.ID
  /// How much.
  public var amount: Money

  public static let name = "responsibility.goodwill_declined"

  private struct Fields: Sendable {
    let goodwill = Field<GoodwillDeclined, Goodwill.ID>(
      "goodwill", { $0.goodwill }, { $0.goodwill = $1 })
    let customer = Field<GoodwillDeclined, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let amount = Field<GoodwillDeclined, Money>("amount", { $0.amount }, { $0.amount = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: GoodwillDeclined(goodwill: .zero, customer: .zero, amount: .zero(.eur)))
}
