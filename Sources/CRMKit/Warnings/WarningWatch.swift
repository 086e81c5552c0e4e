/// What a customer is watched for: the signs that time alone will bring, and when that is.
///
/// It follows from the customer's records.
public struct WarningWatch: Record {
  /// What names it for good.
  public let id: Identifier<WarningWatch>

  /// The customer.
  public var customer: Customer.ID

  /// The signs to come, the next first.
  var coming: [Warning.Evidence]

  /// Signs that show without a break, with since when.
  var episodes: [Span]

  /// When signs that show, or will, show no more by time alone.
  var endings: [Ending]

  /// When the customer is looked at again by itself.
  var lookAt: Instant?

  /// As of when the customer was looked at last; nothing is seen as of an instant before.
  var lookedAt: Instant?

  /// A time in which a sign shows without a break.
  struct Span: Described, Codable {
    var signal: String
    var since: Instant

    private struct Fields: Sendable {
      let signal = Field<Span, String>("signal", { $0.signal }, { $0.signal = $1 })
      let since = Field<Span, Instant>("since", { $0.since }, { $0.since = $1 })
    }

    static let layout = Layout(Fields(), blank: Span(signal: "", since: .earliest))
  }

  /// When a sign shows no more.
  struct Ending: Described, Codable {
    var signal: String
    var key: String
    var at: Instant

    private struct Fields: Sendable {
      let signal = Field<Ending, String>("signal", { $0.signal }, { $0.signal = $1 })
      let key = Field<Ending, String>("key", { $0.key }, { $0.key = $1 })
      let at = Field<Ending, Instant>("at", { $0.at }, { $0.at = $1 })
    }

    static let layout = Layout(Fields(), blank: Ending(signal: "", key: "", at: .earliest))
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``WarningWatch/customer``, for filters and sorting.
    public let customer = Field<WarningWatch, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    let coming = Field<WarningWatch, [Warning.Evidence]>(
      "coming", { $0.coming }, { $0.coming = $1 }
    ).personal()
    let episodes = Field<WarningWatch, [Span]>(
      "episodes", { $0.episodes }, { $0.episodes = $1 }
    ).personal()
    let endings = Field<WarningWatch, [Ending]>(
      "endings", { $0.endings }, { $0.endings = $1 }
    ).personal()
    let lookAt = Field<WarningWatch, Instant?>("look_at", { $0.lookAt }, { $0.lookAt = $1 })
    let lookedAt = Field<WarningWatch, Instant?>(
      "looked_at", { $0.lookedAt }, { $0.lookedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<WarningWatch>(
    "warning_watches", fields, derived: true, indexes: [.unique(fields.customer)]
  ) {
    WarningWatch(id: $0, customer: .zero, coming: [], episodes: [], endings: [])
  }
}

/// The task to look at a customer when time has brought a sign or taken one away.
struct WarningLook: AgendaTask {
  var customer: Customer.ID

  var key: String { customer.description }

  static let name = "warnings.look"

  private struct Fields: Sendable {
    let customer = Field<WarningLook, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  static let layout = Layout(Fields(), blank: WarningLook(customer: .zero))
}
