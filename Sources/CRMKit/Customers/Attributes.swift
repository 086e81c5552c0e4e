/// The host's own facts by their names, in the order of the names' UTF-8 bytes.
///
/// It is written as a dictionary, `["plan": .text("pro")]`, and takes half the memory of one.
public struct Attributes: Hashable, Sendable {
  /// A fact and its name.
  public struct Element: Hashable, Sendable, Codable {
    /// The name.
    public let name: String
    /// The value.
    public let value: AttributeValue
  }

  private var elements: [Element]

  /// No facts.
  public init() {
    elements = []
  }

  /// Facts by their names; of several of one name the last counts.
  ///
  /// - Complexity: O(*n* log *n*).
  public init(_ values: some Sequence<(String, AttributeValue)>) {
    elements = values.map { Element(name: $0.0, value: $0.1) }
    // As they are kept.
    if zip(elements, elements.dropFirst()).allSatisfy({ Self.isOrdered($0, before: $1) }) { return }
    let ordered = elements.enumerated().sorted {
      $0.element.name.utf8.elementsEqual($1.element.name.utf8)
        ? $0.offset < $1.offset
        : Self.isOrdered($0.element, before: $1.element)
    }
    elements.removeAll(keepingCapacity: true)
    for (_, element) in ordered {
      if let last = elements.last, last.name.utf8.elementsEqual(element.name.utf8) {
        elements.removeLast()
      }
      elements.append(element)
    }
  }

  private static func isOrdered(_ a: Element, before b: Element) -> Bool {
    a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }

  /// The value of a name; `nil` removes it.
  ///
  /// - Complexity: O(log *n*) to read.
  public subscript(name: String) -> AttributeValue? {
    get {
      let position = position(of: name)
      return isThere(name, position) ? elements[position].value : nil
    }
    set {
      let position = position(of: name)
      switch (newValue, isThere(name, position)) {
      case (let value?, true): elements[position] = Element(name: name, value: value)
      case (let value?, false): elements.insert(Element(name: name, value: value), at: position)
      case (nil, true): elements.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// Whether two names have the same bytes; those equal in meaning alone are two until they
  /// are kept, in form C.
  private func isThere(_ name: String, _ position: Int) -> Bool {
    position < elements.count && elements[position].name.utf8.elementsEqual(name.utf8)
  }

  /// Where a name is, or would have to be.
  private func position(of name: String) -> Int {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

extension Attributes: RandomAccessCollection {
  public var startIndex: Int { elements.startIndex }
  public var endIndex: Int { elements.endIndex }
  public subscript(position: Int) -> Element { elements[position] }
}

extension Attributes: ExpressibleByDictionaryLiteral {
  /// Of several values of one name the last counts.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self.init(elements)
  }
}

extension Attributes: Codable {
  public init(from decoder: any Decoder) throws {
    let values = try [String: AttributeValue](from: decoder)
    self.init(values.map { ($0.key, $0.value) })
  }

  public func encode(to encoder: any Encoder) throws {
    try Dictionary(elements.map { ($0.name, $0.value) }) { _, last in last }.encode(to: encoder)
  }
}

/// Kept as one JSON object.
extension Attributes: FieldValue {
  public static var columns: [ColumnShape] { [ColumnShape("", .json)] }

  public static func write(_ value: Attributes, to writer: any ColumnWriter) {
    writer.json { json in
      json.members(value.elements.lazy.map { ($0.name, $0.value) }) {
        AttributeValue.write($0, to: json)
      }
    }
  }

  public static func read(from reader: any ColumnReader) throws(StorageError) -> Attributes {
    if reader.skipEmpty(.object) { return [:] }
    return Attributes(
      try reader.json { json throws(StorageError) in
        try json.members { json throws(StorageError) in try AttributeValue.read(from: json) }
      })
  }

  public static func prepared(_ value: Attributes) throws(StorageError) -> Attributes? {
    var isKept = true
    for element in value.elements where isKept {
      let (name, value) = (
        try String.prepared(element.name), try AttributeValue.prepared(element.value)
      )
      isKept = name == nil && value == nil
    }
    if isKept { return nil }
    var prepared = Attributes()
    for element in value.elements {
      prepared[try String.prepared(element.name) ?? element.name] =
        try AttributeValue.prepared(element.value) ?? element.value
    }
    return prepared
  }
}
