/// An event's place on a timeline, where the event itself does not say it: on that of a customer
/// besides the one it is first of all about, or at an instant that was corrected.
///
/// Most events have none.
struct TimelinePlace: Record {
  let id: Identifier<TimelinePlace>
  var customer: Customer.ID
  var event: Identifier<RecordedEvent>
  var occurredAt: Instant

  struct Fields: Sendable {
    let customer = Field<TimelinePlace, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let event = Field<TimelinePlace, Identifier<RecordedEvent>>(
      "event", { $0.event }, { $0.event = $1 })
    let occurredAt = Field<TimelinePlace, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  static let fields = Fields()

  static let schema = Schema<TimelinePlace>(
    "timeline_places", fields, derived: true,
    indexes: [
      .ordered(fields.customer, fields.occurredAt, fields.event), .ordered(fields.event),
    ]
  ) {
    TimelinePlace(id: $0, customer: .zero, event: Identifier(number: 0), occurredAt: .earliest)
  }
}
