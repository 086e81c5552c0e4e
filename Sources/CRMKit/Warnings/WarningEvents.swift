/// The model that warnings are raised by was defined, or its next version.
public struct WarningsDefined: Event {
  /// Its version.
  public var modelVersion: Int

  public static let name = "warnings.defined"

  private struct Fields: Sendable {
    let modelVersion = Field<WarningsDefined, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
  }

  public static let layout = Layout(Fields(), blank: WarningsDefined(modelVersion: 1))
}

/// A customer may be about to leave.
public struct WarningRaised: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.raised"

  private struct Fields: Sendable {
    let warning = Field<WarningRaised, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningRaised, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningRaised, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningRaised(warning: .zero, customer: .zero, severity: .low))
}

/// Further evidence was added to a warning.
public struct WarningGrown: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.grown"

  private struct Fields: Sendable {
    let warning = Field<WarningGrown, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningGrown, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningGrown, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningGrown(warning: .zero, customer: .zero, severity: .low))
}

/// Somebody has seen a warning.
public struct WarningAcknowledged: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.acknowledged"

  private struct Fields: Sendable {
    let warning = Field<WarningAcknowledged, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningAcknowledged, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningAcknowledged, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningAcknowledged(warning: .zero, customer: .zero, severity: .low))
}

/// A warning was put off.
public struct WarningSnoozed: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.snoozed"

  private struct Fields: Sendable {
    let warning = Field<WarningSnoozed, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningSnoozed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningSnoozed, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningSnoozed(warning: .zero, customer: .zero, severity: .low))
}

/// The time is over for which a warning was put off, or something graver came to it.
public struct WarningWoken: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.woken"

  private struct Fields: Sendable {
    let warning = Field<WarningWoken, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningWoken, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningWoken, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningWoken(warning: .zero, customer: .zero, severity: .low))
}

/// Somebody has dealt with a warning.
public struct WarningResolved: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.resolved"

  private struct Fields: Sendable {
    let warning = Field<WarningResolved, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningResolved, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningResolved, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningResolved(warning: .zero, customer: .zero, severity: .low))
}

/// The signs of a warning are gone, or nothing came to it for long.
public struct WarningExpired: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.expired"

  private struct Fields: Sendable {
    let warning = Field<WarningExpired, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningExpired, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningExpired, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningExpired(warning: .zero, customer: .zero, severity: .low))
}

/// A warning has another owner, or some of its signs are gone.
public struct WarningUpdated: Event {
  /// The warning.
  public var warning: Warning.ID
  /// The customer.
  public var customer: Customer.ID
  /// How grave it is.
  public var severity: Warning.Severity

  public static let name = "warnings.updated"

  private struct Fields: Sendable {
    let warning = Field<WarningUpdated, Warning.ID>(
      "warning", { $0.warning }, { $0.warning = $1 })
    let customer = Field<WarningUpdated, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let severity = Field<WarningUpdated, Warning.Severity>(
      "severity", { $0.severity }, { $0.severity = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: WarningUpdated(warning: .zero, customer: .zero, severity: .low))
}
