/// A version of a lifecycle model was defined.
public struct LifecycleDefined: Event {
  /// The name of the model.
  public var lifecycle: String
  /// Its version.
  public var modelVersion: Int

  public static let name = "lifecycle.defined"

  private struct Fields: Sendable {
    let lifecycle = Field<LifecycleDefined, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })
    let modelVersion = Field<LifecycleDefined, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LifecycleDefined(lifecycle: "", modelVersion: 1))
}

/// Customers enter a version of a lifecycle model from now on, and those in it were carried over.
public struct LifecycleCarried: Event {
  /// The name of the model.
  public var lifecycle: String
  /// The version.
  public var modelVersion: Int
  /// How many customers were carried over.
  public var customers: Int

  public static let name = "lifecycle.carried"

  private struct Fields: Sendable {
    let lifecycle = Field<LifecycleCarried, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })
    let modelVersion = Field<LifecycleCarried, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
    let customers = Field<LifecycleCarried, Int>(
      "customers", { $0.customers }, { $0.customers = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LifecycleCarried(lifecycle: "", modelVersion: 1, customers: 0))
}

/// A customer came to another stage, or was taken out of the lifecycle.
public struct LifecycleMoved: Event {
  /// The move, with its reason and evidence.
  public var transition: LifecycleTransition.ID
  /// The customer.
  public var customer: Customer.ID
  /// The name of the model.
  public var lifecycle: String
  /// The stage left; `nil` where the customer was at none.
  public var from: String?
  /// The stage come to; `nil` where the lifecycle was cleared.
  public var to: String?
  /// What kind of stage it is.
  public var kind: LifecycleStage.Kind?
  /// What kind of stage was left; `nil` in what was told by older versions, too.
  public var fromKind: LifecycleStage.Kind?

  public static let name = "lifecycle.moved"

  private struct Fields: Sendable {
    let transition = Field<LifecycleMoved, LifecycleTransition.ID>(
      "transition", { $0.transition }, { $0.transition = $1 })
    let customer = Field<LifecycleMoved, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let lifecycle = Field<LifecycleMoved, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })
    let from = Field<LifecycleMoved, String?>("from", { $0.from }, { $0.from = $1 })
    let to = Field<LifecycleMoved, String?>("to", { $0.to }, { $0.to = $1 })
    let kind = Field<LifecycleMoved, LifecycleStage.Kind?>("kind", { $0.kind }, { $0.kind = $1 })
    let fromKind = Field<LifecycleMoved, LifecycleStage.Kind?>(
      "from_kind", { $0.fromKind }, { $0.fromKind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LifecycleMoved(transition: .zero, customer: .zero, lifecycle: ""))
}

/// A customer has been at a stage for longer than is expected there.
public struct LifecycleOverstayed: Event {
  /// The customer.
  public var customer: Customer.ID
  /// The name of the model.
  public var lifecycle: String
  /// The stage.
  public var stage: String
  /// Since when the customer is there.
  public var enteredAt: Instant

  public static let name = "lifecycle.overstayed"

  private struct Fields: Sendable {
    let customer = Field<LifecycleOverstayed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let lifecycle = Field<LifecycleOverstayed, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })
    let stage = Field<LifecycleOverstayed, String>("stage", { $0.stage }, { $0.stage = $1 })
    let enteredAt = Field<LifecycleOverstayed, Instant>(
      "entered_at", { $0.enteredAt }, { $0.enteredAt = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: LifecycleOverstayed(customer: .zero, lifecycle: "", stage: "", enteredAt: .earliest))
}

/// The task to look at where a customer stands when time has moved them.
struct LifecycleLook: AgendaTask {
  var customer: Customer.ID
  var lifecycle: String

  var key: String { "\(customer)/\(lifecycle)" }

  static let name = "lifecycle.look"

  private struct Fields: Sendable {
    let customer = Field<LifecycleLook, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let lifecycle = Field<LifecycleLook, String>(
      "lifecycle", { $0.lifecycle }, { $0.lifecycle = $1 })
  }

  static let layout = Layout(Fields(), blank: LifecycleLook(customer: .zero, lifecycle: ""))
}
