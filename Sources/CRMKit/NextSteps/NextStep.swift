/// Something to do next with a customer: why, for how much, by whom and by when.
public struct NextStep: Hashable, Sendable {
  /// What to do.
  public let kind: Kind

  /// What it is about, where that is a record.
  public let about: RecordReference?

  /// The field to ask for, where something is to be asked.
  public let field: String?

  /// The reason, in words for staff.
  public let reason: String

  /// What was looked at and found there.
  public let evidence: [LifecycleEvidence]

  /// Who does it: who has it already, or else the owner of the customer's file, a member of staff or
  /// a team, or else the owner of the territory in which the customer lies; `nil` where there is
  /// none of them.
  public internal(set) var who: Principal?

  /// By when it is due, which may have passed: the time it has, or else so many days
  /// (``Kind/days``) after what it follows from, in the firm's zone; `nil` only of steps of a host's
  /// own that name none.
  public let by: Instant?

  /// How much of a thousand of what the customer is worth in a year rests on it.
  public internal(set) var weight: Int

  /// What is expected of it: ``weight`` thousandths of ``CustomerFile/yearlyWorth``, unless its
  /// source said otherwise, as of a warning what is at stake (``Warning/atStake``); `nil` of a
  /// customer who has bought nothing, of whom nothing is known to expect.
  public internal(set) var value: Money?

  /// Says what to do.
  ///
  /// - Parameters:
  ///   - kind: What to do.
  ///   - about: What it is about, where that is a record.
  ///   - field: The field to ask for, where something is to be asked.
  ///   - reason: The reason, in words for staff.
  ///   - evidence: What was looked at and found there.
  ///   - who: Who does it; the owner of the customer's file or territory where nobody is named.
  ///   - instant: By when it is due, where a time is known.
  ///   - weight: How much of a thousand of what the customer is worth in a year rests on it; by
  ///     its kind where none is given.
  ///   - value: What is expected of it, where that does not follow from the weight.
  public init(
    _ kind: Kind, about: RecordReference? = nil, field: String? = nil, because reason: String,
    evidence: [LifecycleEvidence] = [], who: Principal? = nil, by instant: Instant? = nil,
    weight: Int? = nil, value: Money? = nil
  ) {
    self.kind = kind
    self.about = about
    self.field = field
    self.reason = reason
    self.evidence = evidence
    self.who = who
    by = instant
    self.weight = weight ?? kind.weight
    self.value = value
  }
}

extension NextStep {
  /// What there can be to do; a host has kinds of its own.
  public struct Kind: Hashable, Sendable, Codable, RawRepresentable {
    /// The name.
    public let rawValue: String

    /// A kind by its name.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Do what was promised or meant to be done, or answer, as it is overdue.
    public static let keepOverdue = Kind(rawValue: "keep_overdue")
    /// Say where an order is that should have arrived.
    public static let explainDelay = Kind(rawValue: "explain_delay")
    /// Turn to the customer, who turned to the firm last.
    public static let reply = Kind(rawValue: "reply")
    /// See to the signs that a customer may leave.
    public static let heedWarning = Kind(rawValue: "heed_warning")
    /// Win a customer back who has lapsed or is lost.
    public static let winBack = Kind(rawValue: "win_back")
    /// Turn to a customer who is about to leave.
    public static let retain = Kind(rawValue: "retain")
    /// Look a plan over, as that is overdue.
    public static let reviewPlan = Kind(rawValue: "review_plan")
    /// Tell the customer what became of something they gave.
    public static let tellOutcome = Kind(rawValue: "tell_outcome")
    /// Do what is due next.
    public static let keep = Kind(rawValue: "keep")
    /// Decide what becomes of something the customer gave.
    public static let decide = Kind(rawValue: "decide")
    /// Say what comes next in a plan that has no step.
    public static let addStep = Kind(rawValue: "add_step")
    /// Offer what the customer needs.
    public static let meetNeed = Kind(rawValue: "meet_need")
    /// Turn to the customer as was planned.
    public static let meet = Kind(rawValue: "meet")
    /// Do what somebody wanted to be reminded of.
    public static let remember = Kind(rawValue: "remember")
    /// Hear what the customer says to what they were asked for.
    public static let hearAnswer = Kind(rawValue: "hear_answer")
    /// Ask what is missing, contradicted or out of date.
    public static let ask = Kind(rawValue: "ask")
    /// Arrange the next contact, as none is planned.
    public static let planContact = Kind(rawValue: "plan_contact")

    /// What rests on a step of the kind, in thousandths of a customer's worth of a year, where
    /// neither its source nor ``NextSteps/weights`` says otherwise; of a host's own kinds 100.
    public var weight: Int { Self.weights[self] ?? 100 }

    /// Within how many days a step of the kind is to be done that has no time of its own, counted
    /// from what it follows from; of a host's own kinds 14.
    public var days: Int {
      switch self {
      case .tellOutcome: 7
      case .winBack, .meetNeed, .planContact: 30
      default: 14
      }
    }

    /// By when a step of the kind is to be done that has no time of its own.
    ///
    /// - Parameters:
    ///   - instant: When what it follows from was.
    ///   - zone: Where days are meant.
    func due(after instant: Instant, in zone: Zone) -> Instant {
      LifecycleSpan.days(days).end(from: instant, in: zone)
    }

    private static let weights: [Kind: Int] = [
      .keepOverdue: 500, .explainDelay: 450, .reply: 400, .heedWarning: 380, .winBack: 350,
      .retain: 300, .reviewPlan: 250, .tellOutcome: 220, .keep: 200, .decide: 180,
      .addStep: 160, .meetNeed: 140, .meet: 120, .remember: 100, .hearAnswer: 80, .ask: 50,
      .planContact: 40,
    ]
  }
}
