/// A moment of a customer's life that time is counted from.
public enum LifecycleMoment: Hashable, Sendable, Codable {
  /// When the file was opened.
  case added
  /// When the first order that stands was placed.
  case firstOrder
  /// When the last order that stands was placed.
  case lastOrder
  /// When the first contact was.
  case firstContact
  /// When the last contact was, either way.
  case lastContact
  /// When the customer last turned to the firm.
  case lastInbound
  /// When the firm last turned to the customer.
  case lastOutbound
  /// When the present stage was entered.
  case stageEntered
  /// When a figure of the host's own (``Metric``) last counted.
  case figure(String)
}

extension LifecycleMoment: CustomStringConvertible {
  public var description: String {
    switch self {
    case .added: "the file was opened"
    case .firstOrder: "the first order"
    case .lastOrder: "the last order"
    case .firstContact: "the first contact"
    case .lastContact: "the last contact"
    case .lastInbound: "the last contact from the customer"
    case .lastOutbound: "the last contact from the firm"
    case .stageEntered: "the stage was entered"
    case .figure(let name): "the last of \(name)"
    }
  }
}
