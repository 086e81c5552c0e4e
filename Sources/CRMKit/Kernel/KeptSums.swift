/// What the records that say how the firm works came to when a write was done, for the next one.
///
/// Another process, or another ``CRM`` over the same storage, may have changed them meanwhile. None
/// of them changes without an event, so they are the same where no event was added.
struct KeptSums: Sendable {
  /// The number of the last event there was, 0 where there was none; `nil` where nothing is known.
  var event: Int64?

  /// Of each kind of record what those of it come to.
  var values: [ObjectIdentifier: any AnyObject & Sendable] = [:]
}
