/// Writes JSON (RFC 8259) with members in the order of their declaration.
///
/// Equal values give equal bytes: no white space, absent values left out, keys of maps sorted.
public final class JSONWriter: ColumnWriter {
  fileprivate enum Place {
    case single, list, object
  }

  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  /// What has been written, in UTF-8.
  @exclusivity(unchecked) public private(set) var bytes: [UInt8] = []

  @exclusivity(unchecked) private var place = Place.single
  /// The members of the object that is being written, whose writing keeps them.
  @exclusivity(unchecked) private var members: Unmanaged<MemberNames>?
  @exclusivity(unchecked) private var position = 0
  @exclusivity(unchecked) private var isFirst = true

  /// A writer that has written nothing.
  public init() {}

  /// What has been written.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Lends what has been written, without counting a reference to it.
  package func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer(body)
  }

  /// Forgets what was written and keeps the memory.
  public func reset() {
    bytes.removeAll(keepingCapacity: true)
    place = .single
    isFirst = true
  }

  /// Writes a list; `body` writes its elements.
  public func list(_ body: () -> Void) {
    begin()
    let outer = Frame(place: place, isFirst: isFirst)
    (place, isFirst) = (.list, true)
    bytes.append(UInt8(ascii: "["))
    body()
    bytes.append(UInt8(ascii: "]"))
    (place, isFirst) = (outer.place, outer.isFirst)
  }

  /// Writes a described value as an object.
  public func object<Root>(_ layout: Layout<Root>, _ value: Held<Root>) {
    object(layout.members) { layout.write(value, self) }
  }

  private func object(_ members: MemberNames, _ body: () -> Void) {
    begin()
    let outer = (place, self.members, position, isFirst)
    (place, self.members, position, isFirst) = (.object, .passUnretained(members), 0, true)
    defer { withExtendedLifetime(members) {} }
    bytes.append(UInt8(ascii: "{"))
    body()
    bytes.append(UInt8(ascii: "}"))
    (place, self.members, position, isFirst) = outer
  }

  /// Writes named values as an object, keys sorted by their UTF-8 bytes.
  @inlinable
  public func map<Element>(_ members: [String: Element], _ write: (Element) -> Void) {
    var sorted = Array(members)
    if sorted.count > 1 { sorted.sort { Self.isOrdered($0.key, before: $1.key) } }
    self.members(sorted.lazy.map { ($0.key, $0.value) }, write)
  }

  /// Writes named values as an object, in the order given.
  @inlinable
  public func members<Element>(
    _ members: some Sequence<(String, Element)>, _ write: (Element) -> Void
  ) {
    let outer = beginMap()
    var isFirst = true
    for (name, value) in members {
      nextMember(name, isFirst: isFirst)
      isFirst = false
      write(value)
    }
    endMap(outer)
  }

  /// Where a writer goes on after a map.
  @usableFromInline
  struct Frame {
    fileprivate let place: Place
    fileprivate let isFirst: Bool
  }

  @usableFromInline
  func beginMap() -> Frame {
    begin()
    let outer = Frame(place: place, isFirst: isFirst)
    (place, isFirst) = (.single, true)
    bytes.append(UInt8(ascii: "{"))
    return outer
  }

  @usableFromInline
  func nextMember(_ key: String, isFirst: Bool) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    quote(key)
    bytes.append(UInt8(ascii: ":"))
  }

  @usableFromInline
  func endMap(_ outer: Frame) {
    bytes.append(UInt8(ascii: "}"))
    (place, isFirst) = (outer.place, outer.isFirst)
  }

  @usableFromInline
  static func isOrdered(_ a: String, before b: String) -> Bool { Text.compare(a, b) < 0 }

  /// Writes one value within a list or a map; a value of several columns becomes an object.
  public func element(_ shapes: [ColumnShape], _ body: () -> Void) {
    guard shapes.count > 1 else { return body() }
    object(MemberNames(shapes.map(Column.init(member:))), body)
  }

  /// Writes text that is JSON already.
  public func raw(_ json: String) {
    begin()
    bytes.append(contentsOf: json.utf8)
  }

  private func begin() {
    switch place {
    case .single: return
    case .list:
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
    case .object:
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      members?._withUnsafeGuaranteedRef { bytes.append(contentsOf: $0[position]) }
      position += 1
    }
    isFirst = false
  }

  public func missing() {
    if place == .object {
      position += 1
    } else {
      begin()
      bytes.append(contentsOf: "null".utf8)
    }
  }

  public func flag(_ value: Bool) {
    begin()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  public func integer(_ value: Int64) {
    begin()
    if (0...9).contains(value) {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
    } else {
      bytes.append(contentsOf: String(value).utf8)
    }
  }

  public func real(_ value: Double) {
    begin()
    bytes.append(contentsOf: String(value).utf8)
  }

  public func text(_ value: String) {
    begin()
    quote(value)
  }

  public func instant(_ value: Instant) {
    begin()
    bytes.append(UInt8(ascii: "\""))
    value.append(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  public func identifier(high: UInt64, low: UInt64) {
    begin()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: Identifier<Never>(high: high, low: low).description.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  public func bytes(_ value: [UInt8]) {
    begin()
    quote(hexadecimal(value))
  }

  public func json(_ encode: (JSONWriter) -> Void) {
    encode(self)
  }

  private func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { escaping($0) }
    if isWritten == nil {
      var copy = text
      copy.withUTF8 { escaping($0) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private func escaping(_ utf8: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var position = 0
    while position < utf8.count {
      let byte = utf8[position]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<position]))
        start = position &+ 1
        escape(byte)
      }
      position &+= 1
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
  }

  private func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(hexadecimalDigit(byte >> 4))
      bytes.append(hexadecimalDigit(byte & 15))
    }
  }
}
