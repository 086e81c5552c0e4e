/// The contacts with a customer through one channel.
public struct ChannelFigures: Described, Codable {
  /// The channel.
  public var channel: Channel

  /// How often the customer turned to the firm.
  public var inbound: Int

  /// When the customer last did.
  public var lastInboundAt: Instant?

  /// How often the firm turned to the customer.
  public var outbound: Int

  /// When the firm last did.
  public var lastOutboundAt: Instant?

  /// When the last contact was, whoever turned to whom.
  public var lastAt: Instant? {
    guard let lastInboundAt, let lastOutboundAt else { return lastInboundAt ?? lastOutboundAt }
    return max(lastInboundAt, lastOutboundAt)
  }

  private struct Fields: Sendable {
    let channel = Field<ChannelFigures, Channel>("channel", { $0.channel }, { $0.channel = $1 })
    let inbound = Field<ChannelFigures, Int>("inbound", { $0.inbound }, { $0.inbound = $1 })
    let lastInboundAt = Field<ChannelFigures, Instant?>(
      "last_inbound_at", { $0.lastInboundAt }, { $0.lastInboundAt = $1 })
    let outbound = Field<ChannelFigures, Int>("outbound", { $0.outbound }, { $0.outbound = $1 })
    let lastOutboundAt = Field<ChannelFigures, Instant?>(
      "last_outbound_at", { $0.lastOutboundAt }, { $0.lastOutboundAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ChannelFigures(channel: .web, inbound: 0, outbound: 0))
}

extension [ChannelFigures] {
  /// The same with more contacts through a channel.
  mutating func add(_ figures: ChannelFigures) {
    guard let index = firstIndex(where: { $0.channel == figures.channel }) else {
      let name = figures.channel.rawValue.utf8
      let place = firstIndex { name.lexicographicallyPrecedes($0.channel.rawValue.utf8) }
      insert(figures, at: place ?? endIndex)
      return
    }
    self[index].inbound += figures.inbound
    self[index].outbound += figures.outbound
    self[index].lastInboundAt = later(self[index].lastInboundAt, figures.lastInboundAt)
    self[index].lastOutboundAt = later(self[index].lastOutboundAt, figures.lastOutboundAt)
  }
}

/// The later of two instants that may be missing.
func later(_ a: Instant?, _ b: Instant?) -> Instant? {
  guard let a, let b else { return a ?? b }
  return max(a, b)
}

/// The earlier of two instants that may be missing.
func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
  guard let a, let b else { return a ?? b }
  return min(a, b)
}
