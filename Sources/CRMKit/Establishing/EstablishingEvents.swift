/// An effort to win customers began.
public struct AcquisitionStarted: Event {
  /// The effort.
  public var acquisition: Acquisition.ID

  public static let name = "establishing.acquisition_started"

  private struct Fields: Sendable {
    let acquisition = Field<AcquisitionStarted, Acquisition.ID>(
      "acquisition", { $0.acquisition }, { $0.acquisition = $1 })
  }

  public static let layout = Layout(Fields(), blank: AcquisitionStarted(acquisition: .zero))
}

/// An effort to win customers was changed or ended; the recorded event has the fields.
public struct AcquisitionUpdated: Event {
  /// The effort.
  public var acquisition: Acquisition.ID

  public static let name = "establishing.acquisition_updated"

  private struct Fields: Sendable {
    let acquisition = Field<AcquisitionUpdated, Acquisition.ID>(
      "acquisition", { $0.acquisition }, { $0.acquisition = $1 })
  }

  public static let layout = Layout(Fields(), blank: AcquisitionUpdated(acquisition: .zero))
}

/// An action to win customers began.
public struct AcquisitionActionStarted: Event {
  /// The action.
  public var action: AcquisitionAction.ID

  public static let name = "establishing.action_started"

  private struct Fields: Sendable {
    let action = Field<AcquisitionActionStarted, AcquisitionAction.ID>(
      "action", { $0.action }, { $0.action = $1 })
  }

  public static let layout = Layout(Fields(), blank: AcquisitionActionStarted(action: .zero))
}

/// An action to win customers is over; the recorded event has what came of it.
public struct AcquisitionActionFinished: Event {
  /// The action.
  public var action: AcquisitionAction.ID

  public static let name = "establishing.action_finished"

  private struct Fields: Sendable {
    let action = Field<AcquisitionActionFinished, AcquisitionAction.ID>(
      "action", { $0.action }, { $0.action = $1 })
  }

  public static let layout = Layout(Fields(), blank: AcquisitionActionFinished(action: .zero))
}

/// A customer came a step further in an effort to win them, or was taken back from one; the recorded
/// event has the fields.
public struct AcquisitionStepReached: Event {
  /// How far the customer has come, and why.
  public var target: AcquisitionTarget.ID
  /// The customer.
  public var customer: Customer.ID
  /// The furthest step they have reached now.
  public var step: AcquisitionStep

  public static let name = "establishing.step_reached"

  private struct Fields: Sendable {
    let target = Field<AcquisitionStepReached, AcquisitionTarget.ID>(
      "target", { $0.target }, { $0.target = $1 })
    let customer = Field<AcquisitionStepReached, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let step = Field<AcquisitionStepReached, AcquisitionStep>("step", { $0.step }, { $0.step = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AcquisitionStepReached(target: .zero, customer: .zero, step: .identified))
}

/// A customer was not chosen, or taken out; the recorded event has the reason.
public struct AcquisitionTargetRefused: Event {
  /// How far the customer has come, and why.
  public var target: AcquisitionTarget.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "establishing.target_refused"

  private struct Fields: Sendable {
    let target = Field<AcquisitionTargetRefused, AcquisitionTarget.ID>(
      "target", { $0.target }, { $0.target = $1 })
    let customer = Field<AcquisitionTargetRefused, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AcquisitionTargetRefused(target: .zero, customer: .zero))
}
