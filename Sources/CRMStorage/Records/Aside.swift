/// Properties that few records of a kind have, kept apart so that the others stay small.
///
/// A record declares properties of its own that read and write through the box, and a field for
/// each; ``Layout`` looks for the fields of the content's properties in place of the box's.
///
/// Records are copied whenever they are handed on: a box that holds nothing costs a word, where
/// ten empty lists and missing texts would cost twenty.
public struct Aside<Content: SetAside>: Sendable, Hashable, Codable {
  /// The properties, where one of them has a value.
  public private(set) var held: Held<Content>?

  /// A box without a value.
  public init() {}

  @usableFromInline
  init(held: Held<Content>?) {
    self.held = held
  }

  /// Changes the properties; a box left without a value takes no memory again.
  @inlinable
  public mutating func change(_ edit: (inout Content) -> Void) {
    var content = held?.row ?? Content()
    edit(&content)
    self = Aside(held: content == Content() ? nil : Held(content))
  }

  /// Sets one of the properties, `current` being what it has; setting what is there costs nothing.
  @inlinable
  public mutating func set<Value: Equatable>(
    _ value: Value, from current: Value, _ edit: (inout Content, Value) -> Void
  ) {
    if value != current { change { edit(&$0, value) } }
  }

  public static func == (a: Aside, b: Aside) -> Bool {
    a.held === b.held || a.held?.row == b.held?.row
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(held?.row)
  }

  public init(from decoder: any Decoder) throws {
    let content = try Content(from: decoder)
    held = content == Content() ? nil : Held(content)
  }

  public func encode(to encoder: any Encoder) throws {
    try (held?.row ?? Content()).encode(to: encoder)
  }
}

/// Properties that an ``Aside`` keeps.
public protocol SetAside: Sendable, Hashable, Codable {
  /// None of the properties has a value.
  init()
}

/// An ``Aside`` whatever it keeps.
protocol AnyAside {
  /// The names of the properties.
  static var properties: [String] { get }
}

extension Aside: AnyAside {
  static var properties: [String] { Mirror(reflecting: Content()).children.compactMap(\.label) }
}
