/// That a customer may be about to leave: by what signs, how grave, and what is at stake.
///
/// A customer has one that stands at most; further evidence adds to it.
public struct Warning: Versioned {
  /// What names the warning for good.
  public let id: Identifier<Warning>

  /// The customer.
  public var customer: Customer.ID

  /// How far it is.
  public var status: Status

  /// How grave it is: as the gravest of its evidence ever was.
  public var severity: Severity

  /// Who looks after the customer, as the file says; `nil` where nobody does.
  public var owner: Principal?

  /// By what signs, in the order in which they showed.
  public var evidence: [Evidence]

  /// What the customer is expected to buy for within a year, by currency: what was ordered within
  /// the 12 months before the last evidence, less what was called off or came back.
  public var atStake: [Money]

  /// The playbook that is recommended: of those with the name of a signal among their tags, the
  /// one that did best with customers alike.
  public var playbook: Playbook.ID?

  /// When it was raised.
  public var raisedAt: Instant

  /// When the last evidence was added.
  public var grownAt: Instant

  /// Until when it is put off.
  public var snoozedUntil: Instant?

  /// When it expires by itself if no evidence is added.
  public var expiresAt: Instant?

  /// When it was resolved or expired.
  public var closedAt: Instant?

  /// Who acknowledged, put off or resolved it last.
  public var handledBy: Principal?

  /// What they said to it; of one that expired, why.
  public var note: String?

  public var modifiedAt: Instant

  public var version: Int

  /// How far a warning is.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Nobody has seen to it.
    case open
    /// Somebody has seen it.
    case acknowledged
    /// It is put off.
    case snoozed
    /// Somebody has dealt with it.
    case resolved
    /// Its signs are gone, or nothing came to it for long.
    case expired

    /// Whether it is neither resolved nor expired.
    public var isStanding: Bool { self != .resolved && self != .expired }
  }

  /// How grave a warning is.
  public enum Severity: Int, Sendable, Codable, FieldValue, CaseIterable, Comparable {
    /// Worth knowing.
    case low = 1
    /// Worth a call.
    case medium = 2
    /// To be seen to now.
    case high = 3

    /// 1 for the gravest, and so on.
    var urgency: Int { Self.high.rawValue + 1 - rawValue }

    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

    public static func compare(_ a: Severity, _ b: Severity) -> Int? {
      a.rawValue - b.rawValue
    }
  }

  /// A sign that a warning was raised for, or that added to it.
  public struct Evidence: Described, Codable {
    /// The name of the signal.
    public var signal: String

    /// What it showed by; no two warnings are raised for it, unless it was gone when the first one
    /// expired and shows again.
    public var key: String

    /// How grave it is.
    public var severity: Severity

    /// Since when it shows.
    public var at: Instant

    /// What was looked at, and what was found there.
    public var found: [LifecycleEvidence]

    /// Whether it shows no more.
    public var isGone: Bool

    private struct Fields: Sendable {
      let signal = Field<Evidence, String>("signal", { $0.signal }, { $0.signal = $1 })
      let key = Field<Evidence, String>("key", { $0.key }, { $0.key = $1 })
      let severity = Field<Evidence, Severity>(
        "severity", { $0.severity }, { $0.severity = $1 })
      let at = Field<Evidence, Instant>("at", { $0.at }, { $0.at = $1 })
      let found = Field<Evidence, [LifecycleEvidence]>("found", { $0.found }, { $0.found = $1 })
      let isGone = Field<Evidence, Bool>("is_gone", { $0.isGone }, { $0.isGone = $1 })
    }

    public static let layout = Layout(
      Fields(),
      blank: Evidence(
        signal: "", key: "", severity: .low, at: .earliest, found: [], isGone: false))
  }
}

extension Warning {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``Warning/customer``, for filters and sorting.
    public let customer = Field<Warning, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Warning/status``, for filters and sorting.
    public let status = Field<Warning, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Warning/severity``, for filters and sorting.
    public let severity = Field<Warning, Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })

    /// ``Warning/owner``, for filters and sorting.
    public let owner = Field<Warning, Principal?>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Warning/evidence``, for filters and sorting.
    public let evidence = Field<Warning, [Evidence]>(
      "evidence", { $0.evidence }, { $0.evidence = $1 }
    ).personal()

    /// ``Warning/atStake``, for filters and sorting.
    public let atStake = Field<Warning, [Money]>("at_stake", { $0.atStake }, { $0.atStake = $1 })

    /// ``Warning/playbook``, for filters and sorting.
    public let playbook = Field<Warning, Playbook.ID?>(
      "playbook", { $0.playbook }, { $0.playbook = $1 })

    /// ``Warning/raisedAt``, for filters and sorting.
    public let raisedAt = Field<Warning, Instant>(
      "raised_at", { $0.raisedAt }, { $0.raisedAt = $1 })

    /// ``Warning/grownAt``, for filters and sorting.
    public let grownAt = Field<Warning, Instant>("grown_at", { $0.grownAt }, { $0.grownAt = $1 })

    /// ``Warning/snoozedUntil``, for filters and sorting.
    public let snoozedUntil = Field<Warning, Instant?>(
      "snoozed_until", { $0.snoozedUntil }, { $0.snoozedUntil = $1 })

    /// ``Warning/expiresAt``, for filters and sorting.
    public let expiresAt = Field<Warning, Instant?>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })

    /// ``Warning/closedAt``, for filters and sorting.
    public let closedAt = Field<Warning, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Warning/handledBy``, for filters and sorting.
    public let handledBy = Field<Warning, Principal?>(
      "handled_by", { $0.handledBy }, { $0.handledBy = $1 })

    /// ``Warning/note``, for filters and sorting.
    public let note = Field<Warning, String?>("note", { $0.note }, { $0.note = $1 }).personal()

    /// ``Warning/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Warning, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Warning/version``, for filters and sorting.
    public let version = Field<Warning, Int>("version", { $0.version }, { $0.version = $1 })

    /// The place of ``Warning/severity`` from the gravest on, to sort by with the oldest first.
    public let urgency = Field<Warning, Int>(derived: "urgency") { $0.severity.urgency }

    /// Whether it is neither resolved nor expired.
    public let isStanding = Field<Warning, Bool>(derived: "is_standing") {
      $0.status.isStanding
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<Warning>(
    "warnings", fields,
    indexes: [
      .ordered(fields.customer, fields.isStanding, fields.raisedAt),
      .ordered(fields.isStanding, fields.urgency, fields.raisedAt),
      .ordered(fields.owner, fields.isStanding, fields.urgency, fields.raisedAt),
    ]
  ) {
    Warning(
      id: $0, customer: .zero, status: .open, severity: .low, evidence: [], atStake: [],
      raisedAt: .earliest, grownAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}
