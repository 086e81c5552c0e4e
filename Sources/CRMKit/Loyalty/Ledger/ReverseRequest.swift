/// What undoing an entry asks for.
public struct ReverseRequest: LedgerRequest {
  /// The entry.
  public internal(set) var entry: LedgerEntry.ID

  /// Why.
  public internal(set) var reason: String?

  public static let kind = LedgerEntry.Kind.reverse

  public var words: String? {
    get { reason }
    set { reason = newValue }
  }

  private struct Fields: Sendable {
    let entry = Field<ReverseRequest, LedgerEntry.ID>("entry", { $0.entry }, { $0.entry = $1 })
    let reason = Field<ReverseRequest, String?>("reason", { $0.reason }, { $0.reason = $1 })
  }

  public static let layout = Layout(Fields(), blank: ReverseRequest(entry: .zero))
}
