/// Whether a plan is credited with a customer's return; pure.
enum RecoveryRules {
  /// A return as plans are held against it.
  struct Return {
    var at: Instant
    var order: Order.ID?
    var value: Money?
  }

  /// What was found of one plan.
  struct Verdict {
    var plan: Plan
    var contact: Interaction?
    var isCredited: Bool
    var reason: String
  }

  /// Holds a plan against a return.
  ///
  /// - Parameters:
  ///   - contact: The last contact of the plan up to the return, if there was one.
  ///   - zone: Where days are meant.
  static func verdict(
    on plan: Plan, _ found: Return, after contact: Interaction?, in zone: Zone
  ) -> Verdict {
    let terms = plan.terms ?? RecoveryTerms()
    func refuse(_ reason: String) -> Verdict {
      Verdict(plan: plan, contact: nil, isCredited: false, reason: reason)
    }
    guard let contact else { return refuse("No contact of the plan came before the return.") }
    let end = LifecycleSpan.days(terms.days).end(from: contact.occurredAt, in: zone)
    guard found.at <= end else {
      return refuse(
        "The last contact of the plan was at \(contact.occurredAt), more than"
          + " \(LifecycleSpan.days(terms.days)) before the return.")
    }
    if let minimum = terms.minimum {
      guard let value = found.value else { return refuse("The return came without an order.") }
      guard value.currency == minimum.currency else {
        return refuse("The order is of \(value), the plan asks for \(minimum).")
      }
      guard value.minorUnits >= minimum.minorUnits else {
        return refuse("The order is of \(value), less than \(minimum).")
      }
    }
    return Verdict(
      plan: plan, contact: contact, isCredited: true,
      reason: "A contact of the plan at \(contact.occurredAt) came at most"
        + " \(LifecycleSpan.days(terms.days)) before the return.")
  }

  /// The verdict that decides: of the plans that can be credited the one whose contact came last,
  /// or else the oldest.
  static func deciding(among verdicts: [Verdict]) -> Verdict? {
    let credited = verdicts.filter(\.isCredited).max { a, b in
      let (first, second) = (a.contact?.occurredAt ?? .earliest, b.contact?.occurredAt ?? .earliest)
      return first == second ? a.plan.id > b.plan.id : first < second
    }
    return credited ?? verdicts.first
  }
}
