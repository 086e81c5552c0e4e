/// A part of what a CRM can do: its records, its events, what it hears and what time brings.
///
/// The capabilities that ship with the library use nothing that a host's own could not:
///
///     struct Badges: Capability {
///       var records: [any Record.Type] { [Badge.self] }
///       var events: [any Event.Type] { [BadgeAwarded.self] }
///       var reactions: [Reaction] {
///         [Reaction(to: CustomerAdded.self) { event, tx in try tx.badges.award(event.customer) }]
///       }
///     }
///     extension Transaction { var badges: BadgeOperations { BadgeOperations(self) } }
public protocol Capability: Sendable {
  /// The kinds of record it brings.
  var records: [any Record.Type] { get }

  /// The events it emits.
  var events: [any Event.Type] { get }

  /// What it does when something happens, in the same transaction.
  var reactions: [Reaction] { get }

  /// What it does when something falls due.
  var agenda: [AgendaHandler] { get }

  /// What it does once for each customer an operation was about, after all reactions.
  var settlement: Settlement? { get }

  /// The work that people have open by its records, which hand-overs pass on.
  var duties: [Duty] { get }

  /// What it would have done next with a customer (``Transaction/nextSteps(of:limit:)``).
  var nextSteps: [NextStepSource] { get }

  /// What is wrong with its settings, setting by setting; a CRM is not opened with any of it.
  var problems: [CRMError.Issue] { get }

  /// What keeps its records from being changed but by its own operations; `nil` where anybody
  /// may change them.
  var lock: RecordLock? { get }

  /// Holds what it keeps against what that follows from, and notes what disagrees;
  /// ``CRM/verify()`` calls it.
  func verify(in transaction: Transaction, report: inout VerificationReport) throws
}

extension Capability {
  public var records: [any Record.Type] { [] }
  public var events: [any Event.Type] { [] }
  public var reactions: [Reaction] { [] }
  public var agenda: [AgendaHandler] { [] }
  public var settlement: Settlement? { nil }
  public var duties: [Duty] { [] }
  public var nextSteps: [NextStepSource] { [] }
  public var problems: [CRMError.Issue] { [] }
  public var lock: RecordLock? { nil }
  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {}
}

extension CRM {
  /// Everything that ships with the library, in the order in which it reacts.
  public static var standardCapabilities: [any Capability] {
    [
      Customers(), Facts(), Relationships(), Catalogue(), Orders(), Interactions(), Commitments(),
      Reminders(), Media(), Needs(), Contributions(), Playbooks(), Satisfaction(),
      Responsibility(), Metrics(), ExchangeRates(), Loyalty(), Scores(), Lifecycles(),
      Standings(), LoyaltyIndexes(), Warnings(), Plans(), Groups(), Establishing(), Budgets(),
      NextSteps(),
    ]
  }
}

extension [any Capability] {
  /// The same capabilities in the same order, with this one in place of the one of its type.
  ///
  ///     CRM.standardCapabilities.replacing(Customers(callingCode: "82"))
  ///
  /// Where none is of its type, it comes last.
  public func replacing<C: Capability>(_ capability: C) -> [any Capability] {
    guard contains(where: { $0 is C }) else { return self + [capability] }
    return map { $0 is C ? capability : $0 }
  }
}
