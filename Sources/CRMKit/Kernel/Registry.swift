/// What the capabilities of a CRM bring, found by type and by name.
final class Registry: Sendable {
  let capabilities: [any Capability]
  let records: [any Record.Type]
  let agenda: [String: AgendaHandler]

  /// By the stored names of events, how long edits stand as one on a timeline.
  let coalescingWindows: [String: Duration]

  /// What is done for each customer an operation was about, in capability order.
  let settlements: [Settlement]

  /// The work that people have open, in capability order.
  let duties: [Duty]

  /// Where next steps come from, in capability order.
  let nextSteps: [NextStepSource]

  private let capabilitiesByKind: [ObjectIdentifier: any Capability]
  private let hearers: [ObjectIdentifier: Hearers]
  private let locks: [ObjectIdentifier: RecordLock]

  /// The kinds that every CRM has, whatever its capabilities.
  private static let ownRecords: [(kind: any Record.Type, lock: RecordLock)] = [
    (RecordedEvent.self, EventOperations.key.lock), (TimelinePlace.self, EventOperations.key.lock),
    (AgendaEntry.self, AgendaOperations.key.lock),
  ]

  /// Collects what capabilities bring.
  ///
  /// - Throws: ``CRMError/Code/invalidCapability`` where two bring the same name, one hears what
  ///   none emits, or settings are wrong, with all of those.
  init(_ capabilities: [any Capability]) throws(CRMError) {
    capabilitiesByKind = try Self.byKind(capabilities)
    try Self.checkSettings(of: capabilities)
    self.capabilities = capabilities
    records = Self.ownRecords.map(\.kind) + capabilities.flatMap(\.records)
    settlements = capabilities.compactMap(\.settlement)
    duties = capabilities.flatMap(\.duties)
    nextSteps = capabilities.flatMap(\.nextSteps)
    coalescingWindows = Dictionary(
      capabilities.flatMap(\.events).compactMap { event in
        event.coalescingWindow.map { (event.name, $0) }
      }
    ) { first, _ in first }
    locks = try Self.locks(of: capabilities)
    hearers = try Self.hearers(of: capabilities, settlements)
    agenda = try Self.agenda(of: capabilities)
  }

  /// The kinds of record, with their schemas.
  ///
  /// - Throws: ``CRMError/Code/invalidCapability`` where two contradict each other.
  func catalog() throws(CRMError) -> Catalog {
    do {
      return try Catalog(records)
    } catch {
      throw CRMError(.invalidCapability, error.message, recovery: error.recovery)
    }
  }

  private static func byKind(_ capabilities: [any Capability]) throws(CRMError)
    -> [ObjectIdentifier: any Capability]
  {
    var known: [ObjectIdentifier: any Capability] = [:]
    for capability in capabilities {
      let kind = type(of: capability)
      guard known.updateValue(capability, forKey: ObjectIdentifier(kind)) == nil else {
        throw CRMError(
          .invalidCapability, "\(kind) is given twice.",
          recovery: "Give it once; CRM.standardCapabilities.replacing(_:) gives it settings.")
      }
    }
    return known
  }

  private static func locks(of capabilities: [any Capability]) throws(CRMError)
    -> [ObjectIdentifier: RecordLock]
  {
    var locks: [ObjectIdentifier: RecordLock] = [:]
    for (kind, lock) in ownRecords { locks[ObjectIdentifier(kind)] = lock }
    for capability in capabilities {
      guard let lock = capability.lock else { continue }
      for kind in capability.records {
        let other = locks.updateValue(lock, forKey: ObjectIdentifier(kind))
        guard let other, other.key !== lock.key else { continue }
        throw CRMError(
          .invalidCapability,
          "\(kind) is locked twice, for \(other.key.operations) and \(lock.key.operations).",
          recovery: "Let one capability bring it.")
      }
    }
    return locks
  }

  private static func hearers(
    of capabilities: [any Capability], _ settlements: [Settlement]
  ) throws(CRMError) -> [ObjectIdentifier: Hearers] {
    var hearers: [ObjectIdentifier: Hearers] = [:]
    var names: Set<String> = []
    for event in capabilities.flatMap(\.events) where hearers[ObjectIdentifier(event)] == nil {
      guard names.insert(event.name).inserted else {
        throw CRMError(
          .invalidCapability, "Two kinds of event are named “\(event.name)”.",
          recovery: "Rename one of them.")
      }
      var hearer = Hearers()
      for (place, settlement) in settlements.enumerated()
      where !settlement.known.contains(where: { $0 == event }) {
        hearer.settlements.insert(SettlementSet(place: place))
      }
      hearers[ObjectIdentifier(event)] = hearer
    }
    for reaction in capabilities.flatMap(\.reactions) {
      guard hearers[reaction.event] != nil else {
        throw CRMError(
          .invalidCapability, "A reaction hears “\(reaction.name)”, which nothing emits.",
          recovery: "Add the capability that emits it, before the one that hears it.")
      }
      hearers[reaction.event]?.reactions.append(reaction)
    }
    return hearers
  }

  private static func agenda(of capabilities: [any Capability]) throws(CRMError)
    -> [String: AgendaHandler]
  {
    var agenda: [String: AgendaHandler] = [:]
    for handler in capabilities.flatMap(\.agenda) {
      guard agenda.updateValue(handler, forKey: handler.name) == nil else {
        throw CRMError(
          .invalidCapability, "Two handlers take the task “\(handler.name)”.",
          recovery: "Rename one of the tasks.")
      }
    }
    return agenda
  }

  private static func checkSettings(of capabilities: [any Capability]) throws(CRMError) {
    let problems = capabilities.flatMap { capability in
      capability.problems.map {
        CRMError.Issue("\(type(of: capability)).\($0.field)", $0.problem)
      }
    }
    guard !problems.isEmpty else { return }
    throw CRMError(
      .invalidCapability,
      "\(problems.count == 1 ? "A setting is" : "\(problems.count) settings are") wrong.",
      recovery: "Correct every setting named, and open the CRM with these.", issues: problems)
  }

  /// What hears a kind of event; `nil` where no capability lists the kind.
  func hearers<E: Event>(of event: E.Type) -> Hearers? {
    hearers[ObjectIdentifier(event)]
  }

  /// What keeps records of a kind from being changed, if anything does.
  func lock<R: Record>(of kind: R.Type) -> RecordLock? {
    locks[ObjectIdentifier(kind)]
  }

  /// The capability of a type, if the CRM has it.
  func capability<C: Capability>(_ type: C.Type) -> C? {
    capabilitiesByKind[ObjectIdentifier(type)] as? C
  }
}

/// What hears a kind of event.
struct Hearers {
  /// What is done at once, in capability order.
  var reactions: [Reaction] = []

  /// The settlements to which it is news of its customers.
  var settlements: SettlementSet = []
}
