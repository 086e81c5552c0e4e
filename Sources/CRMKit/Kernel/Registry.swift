/// What the capabilities of a CRM bring, found by type and by name.
struct Registry: Sendable {
  let capabilities: [any Capability]
  let records: [any Record.Type]
  private(set) var agenda: [String: AgendaHandler] = [:]

  /// By the stored names of events, how long edits stand as one on a timeline.
  let coalescingWindows: [String: Duration]

  private var reactions: [ObjectIdentifier: [Reaction]] = [:]

  /// Collects what capabilities bring.
  ///
  /// - Throws: ``CRMError/Code/invalidCapability`` where two bring the same name, or one hears
  ///   what none emits.
  init(_ capabilities: [any Capability]) throws(CRMError) {
    var kinds: Set<ObjectIdentifier> = []
    for capability in capabilities {
      let kind = type(of: capability)
      guard kinds.insert(ObjectIdentifier(kind)).inserted else {
        throw CRMError(
          .invalidCapability, "\(kind) is given twice.",
          recovery: "Give it once; CRM.standardCapabilities.replacing(_:) gives it settings.")
      }
    }
    self.capabilities = capabilities
    records =
      [RecordedEvent.self, TimelinePlace.self, AgendaEntry.self] + capabilities.flatMap(\.records)
    coalescingWindows = Dictionary(
      capabilities.flatMap(\.events).compactMap { event in
        event.coalescingWindow.map { (event.name, $0) }
      }
    ) { first, _ in first }
    var names: Set<String> = []
    for event in capabilities.flatMap(\.events) where reactions[ObjectIdentifier(event)] == nil {
      guard names.insert(event.name).inserted else {
        throw CRMError(
          .invalidCapability, "Two kinds of event are named “\(event.name)”.",
          recovery: "Rename one of them.")
      }
      reactions[ObjectIdentifier(event)] = []
    }
    for reaction in capabilities.flatMap(\.reactions) {
      guard reactions[reaction.event] != nil else {
        throw CRMError(
          .invalidCapability, "A reaction hears “\(reaction.name)”, which nothing emits.",
          recovery: "Add the capability that emits it, before the one that hears it.")
      }
      reactions[reaction.event]?.append(reaction)
    }
    for handler in capabilities.flatMap(\.agenda) {
      guard agenda.updateValue(handler, forKey: handler.name) == nil else {
        throw CRMError(
          .invalidCapability, "Two handlers take the task “\(handler.name)”.",
          recovery: "Rename one of the tasks.")
      }
    }
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

  /// What hears a kind of event, in capability order; `nil` where no capability lists the kind.
  func reactions<E: Event>(to event: E.Type) -> [Reaction]? {
    reactions[ObjectIdentifier(event)]
  }

  /// The capability of a type, if the CRM has it.
  func capability<C: Capability>(_ type: C.Type) -> C? {
    for case let capability as C in capabilities { return capability }
    return nil
  }
}
