/// What the state of a relationship is made of, as it was known at an instant.
struct StandingInputs: Described, Codable {
  /// Since when the customer is known.
  var since: Instant
  var orders = 0
  var purchaseDays = 0
  var gaps = 0
  var gapDays = 0
  var firstOrderAt: Instant?
  var lastOrderAt: Instant?
  var lastInboundAt: Instant?
  var inbound = 0
  var outbound = 0
  var answers = 0
  var channels: [String] = []
  var promisesKept = 0
  /// Broken ones, those that are open left out.
  var promisesBroken = 0
  /// When each open promise is due: it is broken from then on, whether or not that was told.
  var promisesDue: [Due] = []
  var complaints = 0
  var openComplaints = 0
  var returns = 0
  var contributions = 0
  var referrals = 0
  /// Who is known of an organisation or household, and when; `nil` of people.
  var people: [Person]?
  /// Of the latest answers on satisfaction, how many and what they come to in percent.
  var satisfied = 0
  var satisfactionPercent = 0

  /// When a promise is due.
  struct Due: Described, Codable {
    var at: Instant

    private struct Fields: Sendable {
      let at = Field<Due, Instant>("at", { $0.at }, { $0.at = $1 })
    }

    static let layout = Layout(Fields(), blank: Due(at: .earliest))
  }

  /// A person's time with an organisation or household.
  struct Person: Described, Codable {
    var start: CalendarDate?
    var end: CalendarDate?

    private struct Fields: Sendable {
      let start = Field<Person, CalendarDate?>("start", { $0.start }, { $0.start = $1 })
      let end = Field<Person, CalendarDate?>("end", { $0.end }, { $0.end = $1 })
    }

    static let layout = Layout(Fields(), blank: Person())

    func isThere(on date: CalendarDate) -> Bool {
      (start.map { $0 <= date } ?? true) && (end.map { date <= $0 } ?? true)
    }
  }

  init(since: Instant) {
    self.since = since
  }

  private struct Fields: Sendable {
    let since = Field<StandingInputs, Instant>("since", { $0.since }, { $0.since = $1 })
    let orders = Field<StandingInputs, Int>("orders", { $0.orders }, { $0.orders = $1 })
    let purchaseDays = Field<StandingInputs, Int>(
      "purchase_days", { $0.purchaseDays }, { $0.purchaseDays = $1 })
    let gaps = Field<StandingInputs, Int>("gaps", { $0.gaps }, { $0.gaps = $1 })
    let gapDays = Field<StandingInputs, Int>("gap_days", { $0.gapDays }, { $0.gapDays = $1 })
    let firstOrderAt = Field<StandingInputs, Instant?>(
      "first_order_at", { $0.firstOrderAt }, { $0.firstOrderAt = $1 })
    let lastOrderAt = Field<StandingInputs, Instant?>(
      "last_order_at", { $0.lastOrderAt }, { $0.lastOrderAt = $1 })
    let lastInboundAt = Field<StandingInputs, Instant?>(
      "last_inbound_at", { $0.lastInboundAt }, { $0.lastInboundAt = $1 })
    let inbound = Field<StandingInputs, Int>("inbound", { $0.inbound }, { $0.inbound = $1 })
    let outbound = Field<StandingInputs, Int>("outbound", { $0.outbound }, { $0.outbound = $1 })
    let answers = Field<StandingInputs, Int>("answers", { $0.answers }, { $0.answers = $1 })
    let channels = Field<StandingInputs, [String]>(
      "channels", { $0.channels }, { $0.channels = $1 })
    let promisesKept = Field<StandingInputs, Int>(
      "promises_kept", { $0.promisesKept }, { $0.promisesKept = $1 })
    let promisesBroken = Field<StandingInputs, Int>(
      "promises_broken", { $0.promisesBroken }, { $0.promisesBroken = $1 })
    let promisesDue = Field<StandingInputs, [Due]>(
      "promises_due", { $0.promisesDue }, { $0.promisesDue = $1 })
    let complaints = Field<StandingInputs, Int>(
      "complaints", { $0.complaints }, { $0.complaints = $1 })
    let openComplaints = Field<StandingInputs, Int>(
      "open_complaints", { $0.openComplaints }, { $0.openComplaints = $1 })
    let returns = Field<StandingInputs, Int>("returns", { $0.returns }, { $0.returns = $1 })
    let contributions = Field<StandingInputs, Int>(
      "contributions", { $0.contributions }, { $0.contributions = $1 })
    let referrals = Field<StandingInputs, Int>(
      "referrals", { $0.referrals }, { $0.referrals = $1 })
    let people = Field<StandingInputs, [Person]?>("people", { $0.people }, { $0.people = $1 })
    let satisfied = Field<StandingInputs, Int>(
      "satisfied", { $0.satisfied }, { $0.satisfied = $1 })
    let satisfactionPercent = Field<StandingInputs, Int>(
      "satisfaction_percent", { $0.satisfactionPercent }, { $0.satisfactionPercent = $1 })
  }

  static let layout = Layout(Fields(), blank: StandingInputs(since: .earliest))
}

extension StandingInputs {
  /// The same with what is known of another customer, as of an account with all its members.
  func joined(with other: StandingInputs) -> StandingInputs {
    var sum = self
    sum.since = min(since, other.since)
    sum.orders += other.orders
    sum.purchaseDays += other.purchaseDays
    sum.gaps += other.gaps
    sum.gapDays += other.gapDays
    sum.firstOrderAt = earlier(firstOrderAt, other.firstOrderAt)
    sum.lastOrderAt = later(lastOrderAt, other.lastOrderAt)
    sum.lastInboundAt = later(lastInboundAt, other.lastInboundAt)
    sum.inbound += other.inbound
    sum.outbound += other.outbound
    sum.answers += other.answers
    sum.channels = Set(channels + other.channels).sorted()
    sum.promisesKept += other.promisesKept
    sum.promisesBroken += other.promisesBroken
    sum.promisesDue += other.promisesDue
    sum.complaints += other.complaints
    sum.openComplaints += other.openComplaints
    sum.returns += other.returns
    sum.contributions += other.contributions
    sum.referrals += other.referrals
    sum.satisfied += other.satisfied
    sum.satisfactionPercent += other.satisfactionPercent
    return sum
  }
}

/// What was known of a customer from an instant on, until the next such row.
///
/// Rows are kept for good: by them the state of the relationship is known as of any past instant.
public struct StandingReading: Record {
  /// What names the row for good.
  public let id: Identifier<StandingReading>

  /// The customer.
  public var customer: Customer.ID

  /// From when on it was known.
  public var at: Instant

  /// What was known.
  var inputs: StandingInputs

  /// The described fields.
  public struct Fields: Sendable {
    /// ``StandingReading/customer``, for filters and sorting.
    public let customer = Field<StandingReading, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``StandingReading/at``, for filters and sorting.
    public let at = Field<StandingReading, Instant>("at", { $0.at }, { $0.at = $1 })

    let inputs = Field<StandingReading, StandingInputs>(
      "inputs", { $0.inputs }, { $0.inputs = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<StandingReading>(
    "standing_readings", fields, derived: true, indexes: [.unique(fields.customer, fields.at)]
  ) {
    StandingReading(
      id: $0, customer: .zero, at: .earliest, inputs: StandingInputs(since: .earliest))
  }
}
