/// So many units of one line of an order.
public struct LineQuantity: Described {
  /// The place of the line in its order, from 1.
  public var line: Int

  /// How many units, at least 1.
  public var quantity: Int

  /// So many units of a line.
  public init(line: Int, quantity: Int) {
    self.line = line
    self.quantity = quantity
  }

  private struct Fields: Sendable {
    let line = Field<LineQuantity, Int>("line", { $0.line }, { $0.line = $1 })
    let quantity = Field<LineQuantity, Int>("quantity", { $0.quantity }, { $0.quantity = $1 })
  }

  public static let layout = Layout(Fields(), blank: LineQuantity(line: 0, quantity: 0))
}

extension LineQuantity: Codable {}
