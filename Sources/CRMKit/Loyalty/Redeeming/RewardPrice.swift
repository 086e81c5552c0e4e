/// What a reward costs from an instant on, and what it is worth; it never changes.
public struct RewardPrice: Described, Codable {
  /// 1 for the first price, raised by one with each new one.
  public internal(set) var version: Int

  /// From when on it holds, until the next one does.
  public internal(set) var from: Instant

  /// How many points a member pays, 0 or more.
  public internal(set) var points: Int64

  /// What it is worth to a member; `nil` where nobody can say.
  public internal(set) var benefit: Money?

  /// What it costs the firm; `nil` where nobody can say.
  public internal(set) var cost: Money?

  private struct Fields: Sendable {
    let version = Field<RewardPrice, Int>("version", { $0.version }, { $0.version = $1 })
    let from = Field<RewardPrice, Instant>("from", { $0.from }, { $0.from = $1 })
    let points = Field<RewardPrice, Int64>("points", { $0.points }, { $0.points = $1 })
    let benefit = Field<RewardPrice, Money?>("benefit", { $0.benefit }, { $0.benefit = $1 })
    let cost = Field<RewardPrice, Money?>("cost", { $0.cost }, { $0.cost = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RewardPrice(version: 1, from: .earliest, points: 0))
}
