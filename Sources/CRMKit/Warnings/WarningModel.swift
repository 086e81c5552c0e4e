/// By what signs the firm is warned that a customer may leave.
///
/// A model is data: defined in the store (``WarningOperations/define(_:)``) and versioned.
public struct WarningModel: Hashable, Sendable, Codable {
  /// 1 for the first definition, raised by one with each change.
  public let version: Int

  /// The signals.
  public let signals: [Signal]

  /// How long a warning stands with no further evidence before it expires by itself.
  public let expiry: LifecycleSpan

  /// Where days and months are meant.
  public let days: LifecycleModel.DayZone

  /// A sign that warnings are raised for.
  public struct Signal: Hashable, Sendable, Codable {
    /// The name; playbooks with a tag of that name are recommended.
    public let name: String

    /// How grave it is.
    public let severity: Warning.Severity

    /// The sign.
    public let sign: WarningSign

    /// A signal.
    public init(_ name: String, _ severity: Warning.Severity, when sign: WarningSign) {
      self.name = name
      self.severity = severity
      self.sign = sign
    }
  }

  /// A model; ``WarningOperations/define(_:)`` looks whether it can work.
  public init(
    version: Int = 1, signals: [Signal], expiry: LifecycleSpan = .days(90),
    days: LifecycleModel.DayZone = .customer
  ) {
    self.version = version
    self.signals = signals
    self.expiry = expiry
    self.days = days
  }

  /// Signals to begin with.
  ///
  /// | signal | severity | when |
  /// | --- | --- | --- |
  /// | `long_gap` | medium | away for the mean gap and twice its spread |
  /// | `very_long_gap` | high | for the mean gap and four times its spread |
  /// | `falling_value` | medium | orders for half or less within 180 days |
  /// | `unanswered` | low | three contacts unanswered for 14 days |
  /// | `open_complaint` | high | a complaint open for 7 days |
  /// | `returns` | medium | two returns within 90 days |
  /// | `dissatisfied` | high | satisfaction below 40 %, or by 30 below what it was |
  /// | `contact_left` | high | one of an organisation's people left within 90 days |
  /// | `promise_broken` | medium | a promise was broken within 90 days |
  public static let standard = WarningModel(signals: [
    Signal("long_gap", .medium, when: .longGap(tenthsOfSpread: 20)),
    Signal("very_long_gap", .high, when: .longGap(tenthsOfSpread: 40)),
    Signal("falling_value", .medium, when: .fallingValue(by: .percent(50), within: .days(180))),
    Signal("unanswered", .low, when: .unanswered(contacts: 3, for: .days(14))),
    Signal("open_complaint", .high, when: .openComplaint(for: .days(7))),
    Signal("returns", .medium, when: .returns(2, within: .days(90))),
    Signal("dissatisfied", .high, when: .fallingSatisfaction(below: 40, orBy: 30)),
    Signal("contact_left", .high, when: .contactLeft(within: .days(90))),
    Signal("promise_broken", .medium, when: .brokenPromises(1, within: .days(90))),
  ])

  /// Whether a sign may depend on lifecycles and warnings: those of a host's own and conditions see
  /// all records.
  var canSeeOutcomes: Bool {
    signals.contains { signal in
      switch signal.sign {
      case .own, .holding: true
      default: false
      }
    }
  }

  /// The names of the scores its conditions look at.
  var scores: Set<String> {
    Set(
      signals.flatMap { signal -> [String] in
        guard case .holding(let condition) = signal.sign else { return [] }
        return condition.leaves.compactMap { leaf in
          if case .quantity(.score(let name), _, _) = leaf { name } else { nil }
        }
      })
  }
}
