/// How much someone may spend on goodwill by their own decision.
public struct DiscretionLimit: Versioned {
  /// What names it for good.
  public let id: Identifier<DiscretionLimit>

  /// Whose limit it is: a person’s, a role’s (``Principal/role(_:)``) or a team’s.
  public var holder: Principal

  /// What is added up.
  public var measure: Measure

  /// Within what time, at the firm; without one whenever it was.
  public var period: CalendarUnit?

  /// How much at most; it limits what is spent in its currency.
  public var amount: Money

  /// When it was set.
  public var setAt: Instant

  /// When it was withdrawn, if it was.
  public var withdrawnAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// What a limit adds up.
  public enum Measure: String, Sendable, Codable, FieldValue, CaseIterable {
    /// What anybody granted for the same case; a grant for none is a case of its own.
    case perCase = "per_case"
    /// What anybody granted to the same customer.
    case perCustomer = "per_customer"
    /// What the person granted to all customers.
    case altogether
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``DiscretionLimit/holder``, for filters and sorting.
    public let holder = Field<DiscretionLimit, Principal>(
      "holder", { $0.holder }, { $0.holder = $1 })

    /// ``DiscretionLimit/measure``, for filters and sorting.
    public let measure = Field<DiscretionLimit, Measure>(
      "measure", { $0.measure }, { $0.measure = $1 })

    /// ``DiscretionLimit/period``, for filters and sorting.
    public let period = Field<DiscretionLimit, CalendarUnit?>(
      "period", { $0.period }, { $0.period = $1 })

    /// ``DiscretionLimit/amount``, for filters and sorting.
    public let amount = Field<DiscretionLimit, Money>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``DiscretionLimit/setAt``, for filters and sorting.
    public let setAt = Field<DiscretionLimit, Instant>("set_at", { $0.setAt }, { $0.setAt = $1 })

    /// ``DiscretionLimit/withdrawnAt``, for filters and sorting.
    public let withdrawnAt = Field<DiscretionLimit, Instant?>(
      "withdrawn_at", { $0.withdrawnAt }, { $0.withdrawnAt = $1 })

    /// ``DiscretionLimit/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<DiscretionLimit, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``DiscretionLimit/version``, for filters and sorting.
    public let version = Field<DiscretionLimit, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<DiscretionLimit>(
    "discretion_limits", fields, indexes: [.ordered(fields.holder, fields.setAt)]
  ) {
    DiscretionLimit(
      id: $0, holder: .system, measure: .perCase, amount: .zero(.eur), setAt: .earliest,
      modifiedAt: .earliest, version: 1)
  }
}

extension DiscretionLimit: CustomStringConvertible {
  /// The limit in words.
  public var description: String {
    let measure =
      switch self.measure {
      case .perCase: "per case"
      case .perCustomer: "per customer"
      case .altogether: "in all"
      }
    return "\(amount) \(measure)" + (period.map { " in a \($0.rawValue)" } ?? "")
  }
}

extension Principal {
  /// Those who have a role (``StaffMember/roles``), to set limits for.
  public static func role(_ name: String) -> Principal { Principal(rawValue: "role:\(name)") }
}
