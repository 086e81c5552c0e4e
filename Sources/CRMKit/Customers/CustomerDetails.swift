/// What the files of few customers have.
public struct CustomerDetails: SetAside {
  var names: [CustomerName] = []
  var addresses: [PostalAddress] = []
  var handles: [Handle] = []
  var zone: Zone?
  var accessNeeds: [String] = []
  var preferences = Attributes()
  var background: String?
  var owner: Principal?
  var archivedAt: Instant?
  var indexedAttributes: [String] = []

  /// Nothing is known.
  public init() {}
}

/// A customer's file, or what one is to be opened with: the properties that few have.
public protocol CustomerDescribing {
  /// Where the properties below are kept.
  var details: Aside<CustomerDetails> { get set }
}

extension CustomerDescribing {
  /// Parts and further forms of the name: given and family name in the order the customer
  /// writes them, how it is read, in Latin letters, in contracts, among friends.
  public var names: [CustomerName] {
    get { details.held?.row.names ?? [] }
    set { details.set(newValue, from: names) { $0.names = $1 } }
  }

  /// Postal addresses, the preferred one first.
  public var addresses: [PostalAddress] {
    get { details.held?.row.addresses ?? [] }
    set { details.set(newValue, from: addresses) { $0.addresses = $1 } }
  }

  /// Names on social networks and messaging services, the preferred one first.
  public var handles: [Handle] {
    get { details.held?.row.handles ?? [] }
    set { details.set(newValue, from: handles) { $0.handles = $1 } }
  }

  /// The time zone the customer lives in.
  public var zone: Zone? {
    get { details.held?.row.zone }
    set { details.set(newValue, from: zone) { $0.zone = $1 } }
  }

  /// What the customer needs to be served well: `large print`, `step-free access`.
  public var accessNeeds: [String] {
    get { details.held?.row.accessNeeds ?? [] }
    set { details.set(newValue, from: accessNeeds) { $0.accessNeeds = $1 } }
  }

  /// What the customer would rather have, by names of the host's own; they need no definition.
  public var preferences: Attributes {
    get { details.held?.row.preferences ?? [:] }
    set { details.set(newValue, from: preferences) { $0.preferences = $1 } }
  }

  /// What staff should know of the customer.
  public var background: String? {
    get { details.held?.row.background }
    set { details.set(newValue, from: background) { $0.background = $1 } }
  }

  /// Who is responsible for the customer.
  public var owner: Principal? {
    get { details.held?.row.owner }
    set { details.set(newValue, from: owner) { $0.owner = $1 } }
  }

  /// The first name of a kind, if there is one.
  public func name(_ kind: CustomerName.Kind) -> String? {
    names.first { $0.kind == kind }?.text
  }
}
