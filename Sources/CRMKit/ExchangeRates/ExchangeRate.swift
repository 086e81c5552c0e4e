/// How much of one currency one of another comes to, from an instant on.
public struct ExchangeRate: Record {
  /// What names the rate for good.
  public let id: Identifier<ExchangeRate>

  /// The currency of which it is the price.
  public var from: Currency

  /// The currency in which the price is.
  public var to: Currency

  /// How much of ``to`` one of ``from`` comes to, in whole currencies and not in minor units.
  public var rate: Ratio

  /// Since when it holds; it does until the next one of the two currencies begins.
  public var validFrom: Instant

  /// Where the firm has it from.
  public var source: FactSource

  /// When it was recorded.
  public var recordedAt: Instant

  /// The described fields.
  public struct Fields: Sendable {
    /// ``ExchangeRate/from``, for filters and sorting.
    public let from = Field<ExchangeRate, Currency>("from", { $0.from }, { $0.from = $1 })

    /// ``ExchangeRate/to``, for filters and sorting.
    public let to = Field<ExchangeRate, Currency>("to", { $0.to }, { $0.to = $1 })

    /// ``ExchangeRate/rate``; it can be compared for being equal.
    public let rate = Field<ExchangeRate, Ratio>("rate", { $0.rate }, { $0.rate = $1 })

    /// ``ExchangeRate/validFrom``, for filters and sorting.
    public let validFrom = Field<ExchangeRate, Instant>(
      "valid_from", { $0.validFrom }, { $0.validFrom = $1 })

    /// ``ExchangeRate/source``, for filters and sorting.
    public let source = Field<ExchangeRate, FactSource>(
      "source", { $0.source }, { $0.source = $1 })

    /// ``ExchangeRate/recordedAt``, for filters and sorting.
    public let recordedAt = Field<ExchangeRate, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<ExchangeRate>(
    "exchange_rates", fields, indexes: [.unique(fields.from, fields.to, fields.validFrom)]
  ) {
    ExchangeRate(
      id: $0, from: .eur, to: .eur, rate: .one, validFrom: .earliest, source: .unnamed,
      recordedAt: .earliest)
  }
}

/// A rate was recorded.
public struct ExchangeRateRecorded: Event {
  /// The rate.
  public var rate: ExchangeRate.ID

  public static let name = "exchange_rates.recorded"

  private struct Fields: Sendable {
    let rate = Field<ExchangeRateRecorded, ExchangeRate.ID>(
      "rate", { $0.rate }, { $0.rate = $1 })
  }

  public static let layout = Layout(Fields(), blank: ExchangeRateRecorded(rate: .zero))
}

/// A rate was taken back; the recorded event has what it was.
public struct ExchangeRateRemoved: Event {
  /// The rate.
  public var rate: ExchangeRate.ID

  public static let name = "exchange_rates.removed"

  private struct Fields: Sendable {
    let rate = Field<ExchangeRateRemoved, ExchangeRate.ID>(
      "rate", { $0.rate }, { $0.rate = $1 })
  }

  public static let layout = Layout(Fields(), blank: ExchangeRateRemoved(rate: .zero))
}
