/// Writes JSON (RFC 8259) with members in the order of their declaration.
///
/// Equal values give equal bytes: no white space, absent values left out, keys of maps sorted.
public final class JSONWriter: ColumnWriter {
  fileprivate enum Place {
    case single, list, object
  }

  private let out = ByteWriter()

  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var place = Place.single
  /// The members of the object that is being written, whose writing keeps them.
  @exclusivity(unchecked) private var members: Unmanaged<MemberNames>?
  @exclusivity(unchecked) private var position = 0
  @exclusivity(unchecked) private var isFirst = true

  /// A writer that has written nothing.
  public init() {}

  /// What has been written, in UTF-8.
  public var bytes: [UInt8] { Array(out.bytes) }

  /// What has been written.
  public var text: String { String(decoding: out.bytes, as: UTF8.self) }

  /// Lends what has been written, without counting a reference to it.
  package func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    out.bytes.withMemoryRebound(to: UInt8.self, body)
  }

  /// Forgets what was written and keeps the memory.
  public func reset() {
    out.truncate(to: 0)
    place = .single
    isFirst = true
  }

  /// Writes a list; `body` writes its elements.
  public func list(_ body: () -> Void) {
    begin()
    let outer = Frame(place: place, isFirst: isFirst)
    (place, isFirst) = (.list, true)
    out.byte(UInt8(ascii: "["))
    body()
    out.byte(UInt8(ascii: "]"))
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
    out.byte(UInt8(ascii: "{"))
    body()
    out.byte(UInt8(ascii: "}"))
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
    out.byte(UInt8(ascii: "{"))
    return outer
  }

  @usableFromInline
  func nextMember(_ key: String, isFirst: Bool) {
    if !isFirst { out.byte(UInt8(ascii: ",")) }
    quote(key)
    out.byte(UInt8(ascii: ":"))
  }

  @usableFromInline
  func endMap(_ outer: Frame) {
    out.byte(UInt8(ascii: "}"))
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
    out.copy(json)
  }

  private func begin() {
    switch place {
    case .single: return
    case .list:
      if !isFirst { out.byte(UInt8(ascii: ",")) }
    case .object:
      if !isFirst { out.byte(UInt8(ascii: ",")) }
      members?._withUnsafeGuaranteedRef { out.copy(UnsafeRawBufferPointer($0[position])) }
      position += 1
    }
    isFirst = false
  }

  public func missing() {
    if place == .object {
      position += 1
    } else {
      begin()
      out.copy("null")
    }
  }

  public func flag(_ value: Bool) {
    begin()
    out.copy(value ? "true" : "false")
  }

  public func integer(_ value: Int64) {
    begin()
    out.decimal(value)
  }

  public func real(_ value: Double) {
    begin()
    out.copy(String(value))
  }

  public func text(_ value: String) {
    begin()
    quote(value)
  }

  public func instant(_ value: Instant) {
    begin()
    out.byte(UInt8(ascii: "\""))
    out.room(Instant.textLength) { value.write(to: $0) }
    out.byte(UInt8(ascii: "\""))
  }

  public func identifier(high: UInt64, low: UInt64) {
    begin()
    out.byte(UInt8(ascii: "\""))
    let id = Identifier<Never>(high: high, low: low)
    out.room(Identifier<Never>.textLength) { id.write(to: $0) }
    out.byte(UInt8(ascii: "\""))
  }

  public func bytes(_ value: [UInt8]) {
    begin()
    quote(hexadecimal(value))
  }

  public func json(_ encode: (JSONWriter) -> Void) {
    encode(self)
  }

  private func quote(_ text: String) {
    out.byte(UInt8(ascii: "\""))
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { escaping($0) }
    if isWritten == nil {
      var copy = text
      copy.withUTF8 { escaping($0) }
    }
    out.byte(UInt8(ascii: "\""))
  }

  private func escaping(_ utf8: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var position = 0
    while position < utf8.count {
      let byte = utf8[position]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        out.copy(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: utf8[start..<position])))
        start = position &+ 1
        escape(byte)
      }
      position &+= 1
    }
    out.copy(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: utf8[start...])))
  }

  private func escape(_ byte: UInt8) {
    out.byte(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.byte(byte)
    case UInt8(ascii: "\n"): out.byte(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): out.byte(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): out.byte(UInt8(ascii: "t"))
    default:
      out.copy("u00")
      out.byte(hexadecimalDigit(byte >> 4))
      out.byte(hexadecimalDigit(byte & 15))
    }
  }
}
