/// How contact points keep what is known of them when a file is changed; pure.
enum ContactRules {
  /// A file whose contact points say when they were recorded.
  ///
  /// Those that were there keep it, whatever else of them was changed; the others were recorded
  /// just now.
  static func recorded(_ customer: Customer, was old: Customer, at instant: Instant) -> Customer {
    var customer = customer
    note(instant, in: &customer.emails, were: old.emails)
    note(instant, in: &customer.phones, were: old.phones)
    note(instant, in: &customer.externalIDs, were: old.externalIDs)
    if !customer.addresses.isEmpty {
      note(instant, in: &customer.addresses, were: old.addresses)
    }
    if !customer.handles.isEmpty { note(instant, in: &customer.handles, were: old.handles) }
    return customer
  }

  /// A new file; its contact points were recorded when it was opened, and need to say so only
  /// where it was opened for an earlier instant.
  static func recorded(_ customer: Customer, at instant: Instant) -> Customer {
    guard customer.createdAt == instant else {
      var blank = customer
      (blank.emails, blank.phones, blank.externalIDs) = ([], [], [])
      (blank.addresses, blank.handles) = ([], [])
      return recorded(customer, was: blank, at: instant)
    }
    // What was read from text just now has no notes, and few files have more than that.
    let isPlain =
      customer.details.held == nil && customer.externalIDs.allSatisfy { $0.details.held == nil }
    return isPlain ? customer : recorded(customer, was: customer.withBarePoints, at: instant)
  }

  private static func note<Point: ContactPoint>(
    _ instant: Instant, in points: inout [Point], were old: [Point]
  ) {
    guard points != old else { return }
    for index in points.indices {
      let known = old.first { $0.identity == points[index].identity }
      let recordedAt = known.map(\.recordedAt) ?? instant
      if points[index].recordedAt != recordedAt { points[index].recordedAt = recordedAt }
    }
  }

  /// A list as a source has it, each point with what the file had noted of it and the source
  /// does not say.
  static func said<Point: ContactPoint>(_ points: [Point], over old: [Point]) -> [Point] {
    points.map { point in
      guard let known = old.first(where: { $0.identity == point.identity }),
        known.details.held != nil
      else { return point }
      var point = point
      point.recordedAt = known.recordedAt
      if point.verifiedAt == nil {
        point.verifiedAt = known.verifiedAt
        point.verifiedBy = known.verifiedBy
      }
      return point
    }
  }
}

extension Customer {
  /// The same without what was noted of contact points: when they were recorded, and who made
  /// sure of them when.
  var withBarePoints: Customer {
    var customer = self
    func bare<Point: ContactPoint>(_ points: inout [Point]) {
      for index in points.indices where points[index].details.held != nil {
        points[index] = points[index].bare
      }
    }
    bare(&customer.emails)
    bare(&customer.phones)
    bare(&customer.externalIDs)
    if details.held?.row.addresses.isEmpty == false { bare(&customer.addresses) }
    if details.held?.row.handles.isEmpty == false { bare(&customer.handles) }
    return customer
  }

  /// The same with what another file had noted of its contact points, where this one says
  /// nothing of it.
  func withNotes(of old: Customer) -> Customer {
    var customer = self
    customer.emails = ContactRules.said(emails, over: old.emails)
    customer.phones = ContactRules.said(phones, over: old.phones)
    if !addresses.isEmpty {
      customer.addresses = ContactRules.said(addresses, over: old.addresses)
    }
    if !handles.isEmpty { customer.handles = ContactRules.said(handles, over: old.handles) }
    return customer
  }
}
