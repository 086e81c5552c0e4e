extension LoyaltyMember {
  /// Why a membership was blocked, or takes part again.
  public struct StatusReason: Described, Codable {
    /// How it stands from then on.
    public internal(set) var status: Status

    /// Since when.
    public internal(set) var at: Instant

    /// Why, as somebody wrote it.
    public internal(set) var text: String

    /// The alias that brought it along, or took it away again; `nil` for what somebody decided.
    public internal(set) var alias: LoyaltyMember.ID?

    private struct Fields: Sendable {
      let status = Field<StatusReason, Status>("status", { $0.status }, { $0.status = $1 })
      let at = Field<StatusReason, Instant>("at", { $0.at }, { $0.at = $1 })
      let text = Field<StatusReason, String>("text", { $0.text }, { $0.text = $1 }).personal()
      let alias = Field<StatusReason, LoyaltyMember.ID?>(
        "alias", { $0.alias }, { $0.alias = $1 })
    }

    public static let layout = Layout(
      Fields(), blank: StatusReason(status: .active, at: .earliest, text: ""))
  }
}
