/// Reads JSON (RFC 8259) into described values, without a tree in between.
///
/// Members may come in any order; unknown ones are passed over, so that what a newer version
/// wrote can still be read. Hostile input ends in a ``StorageError``, at most 64 levels deep.
public final class JSONReader: ColumnReader {
  @usableFromInline
  enum Place {
    case single, list
    /// An object whose members have been found, where each begins.
    case object([Int])
    /// An object whose members come in the order of their columns, as they were written.
    case members
  }

  /// Where a reader goes on after a list or an object.
  @usableFromInline
  struct Frame {
    let place: Place
    let column: Int
    let members: Unmanaged<MemberNames>?
  }

  private static let maximumDepth = 64

  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var source: UnsafeBufferPointer<UInt8>
  @exclusivity(unchecked) private var cursor = 0
  @exclusivity(unchecked) private var place = Place.single
  @exclusivity(unchecked) private var column = 0
  @exclusivity(unchecked) private var depth = 0

  /// The members of the object that is being read, whose reading keeps them.
  @exclusivity(unchecked) private var members: Unmanaged<MemberNames>?

  /// Whether some object of the text did not have its members in the order of their columns.
  @exclusivity(unchecked) private var isUnordered = false

  /// A copy of the text, where the reader keeps one.
  private let copy: UnsafeMutableBufferPointer<UInt8>?

  @usableFromInline
  init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    self.copy = copy
    source = UnsafeBufferPointer(copy)
  }

  /// A reader that has nothing to read before ``restart(_:)``.
  package init() {
    copy = nil
    source = UnsafeBufferPointer(start: nil, count: 0)
  }

  deinit {
    copy?.deallocate()
  }

  /// Begins another JSON text, which must stay where it is until ``finish()``.
  package func restart(_ bytes: UnsafeRawBufferPointer) {
    source = bytes.assumingMemoryBound(to: UInt8.self)
    cursor = 0
    place = .single
    column = 0
    depth = 0
    isUnordered = false
  }

  /// Checks that the whole text has been read.
  package func finish() throws(StorageError) {
    skipSpace()
    let isWhole = cursor == source.count
    if copy == nil { source = UnsafeBufferPointer(start: nil, count: 0) }
    guard isWhole else { throw malformed("the end of the text") }
  }

  @usableFromInline
  func finishDecoding() throws(StorageError) {
    try finish()
  }

  /// Decodes one whole JSON text.
  @inlinable
  public static func decode<Result>(
    _ bytes: [UInt8], _ body: (JSONReader) throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    let reader = JSONReader(bytes)
    let result = try body(reader)
    try reader.finishDecoding()
    return result
  }

  /// Reads a list, element by element.
  @inlinable
  public func list<Element>(_ element: (JSONReader) throws(StorageError) -> Element)
    throws(StorageError) -> [Element]
  {
    var elements: [Element] = []
    guard let frame = try beginList() else { return elements }
    repeat { elements.append(try element(self)) } while goesOn()
    try endList(frame)
    return elements
  }

  /// Enters a list; `nil` for an empty one, which is then behind.
  @usableFromInline
  func beginList() throws(StorageError) -> Frame? {
    try begin("a list")
    try expect(UInt8(ascii: "["), "a list")
    skipSpace()
    if take(UInt8(ascii: "]")) { return nil }
    return try enter(.list)
  }

  /// Whether another element or member follows.
  @usableFromInline
  func goesOn() -> Bool {
    skipSpace()
    return take(UInt8(ascii: ","))
  }

  @usableFromInline
  func endList(_ frame: Frame) throws(StorageError) {
    try expect(UInt8(ascii: "]"), "“,” or the end of the list")
    leave(frame)
  }

  /// Reads an object into a described value; members that are absent stay missing.
  @inlinable
  public func object<Root>(_ layout: Layout<Root>) throws(StorageError) -> Root {
    let start = try beginObject()
    var root = layout.blank
    if readInOrder(layout, into: &root, from: start) { return root }
    root = layout.blank
    let end = try enterInAnyOrder(layout.columns)
    defer { endColumns(start.outer, end) }
    try layout.read(&root, self)
    return root
  }

  /// Reads an object whose members come in the order of their columns, as ``JSONWriter`` writes
  /// them, in one go.
  ///
  /// - Returns: Whether they do, and can be read; otherwise nothing has been taken, only some of
  ///   `root` may be set, and the rest of the text is read in the way that takes any order and
  ///   tells what is wrong.
  @inlinable
  func readInOrder<Root>(_ layout: Layout<Root>, into root: inout Root, from start: Start) -> Bool {
    guard enterInOrder(layout.members) else { return false }
    if (try? layout.read(&root, self)) != nil, endInOrder(start) { return true }
    goBack(to: start)
    return false
  }

  /// Where an object begins, and what it is in.
  @usableFromInline
  struct Start {
    let cursor: Int
    let depth: Int
    @usableFromInline let outer: Frame
  }

  @usableFromInline
  func beginObject() throws(StorageError) -> Start {
    try begin("an object")
    let outer = Frame(place: place, column: column, members: members)
    return Start(cursor: cursor, depth: depth, outer: outer)
  }

  /// Enters an object, unless an object before did not have its members in their order.
  ///
  /// - Parameter names: The names of the members, which must stay until the object is left.
  @usableFromInline
  func enterInOrder(_ names: MemberNames) -> Bool {
    guard !isUnordered, depth < Self.maximumDepth, take(UInt8(ascii: "{")) else { return false }
    depth += 1
    (place, column, members) = (.members, 0, .passUnretained(names))
    return true
  }

  /// Leaves an object, if it ends here.
  @usableFromInline
  func endInOrder(_ start: Start) -> Bool {
    guard take(UInt8(ascii: "}")) else { return false }
    leave(start.outer)
    return true
  }

  /// Goes back to the beginning of an object, to read the rest of the text in any order.
  @usableFromInline
  func goBack(to start: Start) {
    leave(start.outer)
    (cursor, depth) = (start.cursor, start.depth)
    isUnordered = true
  }

  /// Enters an object and finds its members and its end.
  @usableFromInline
  func enterInAnyOrder(_ columns: [Column]) throws(StorageError) -> Int {
    let positions = try memberPositions(columns)
    let end = cursor
    _ = try enter(.object(positions))
    return end
  }

  /// Reads one value within a list or a map, as ``JSONWriter/element(_:_:)`` writes it.
  @inlinable
  public func element<Element>(
    _ shapes: [ColumnShape], _ body: (JSONReader) throws(StorageError) -> Element
  ) throws(StorageError) -> Element {
    guard shapes.count > 1 else { return try body(self) }
    let (frame, end) = try beginColumns(shapes)
    let element = try body(self)
    endColumns(frame, end)
    return element
  }

  /// Enters an object of columns, and finds its end.
  @usableFromInline
  func beginColumns(_ shapes: [ColumnShape]) throws(StorageError) -> (Frame, Int) {
    try begin("an object")
    let positions = try memberPositions(shapes.map(Column.init(member:)))
    let end = cursor
    return (try enter(.object(positions)), end)
  }

  @usableFromInline
  func endColumns(_ frame: Frame, _ end: Int) {
    leave(frame)
    cursor = end
  }

  /// Reads an object as named values; of several of one name the last counts.
  @inlinable
  public func map<Element>(_ element: (JSONReader) throws(StorageError) -> Element)
    throws(StorageError) -> [String: Element]
  {
    Dictionary(try members(element)) { _, last in last }
  }

  /// Reads an object as named values, in the order in which they come.
  @inlinable
  public func members<Element>(_ element: (JSONReader) throws(StorageError) -> Element)
    throws(StorageError) -> [(String, Element)]
  {
    var members: [(String, Element)] = []
    guard let frame = try beginMap() else { return members }
    repeat { members.append((try key(), try element(self))) } while goesOn()
    try endMap(frame)
    return members
  }

  /// Reads an object of one member, whose name says what it holds; `nil` where it has none or
  /// several.
  @inlinable
  public func member<Element>(
    _ element: (String, JSONReader) throws(StorageError) -> Element
  ) throws(StorageError) -> Element? {
    guard let frame = try beginMap() else { return nil }
    let value = try element(try key(), self)
    if goesOn() { return nil }
    try endMap(frame)
    return value
  }

  /// Enters an object; `nil` for an empty one, which is then behind.
  @usableFromInline
  func beginMap() throws(StorageError) -> Frame? {
    try begin("an object")
    try expect(UInt8(ascii: "{"), "an object")
    skipSpace()
    if take(UInt8(ascii: "}")) { return nil }
    return try enter(.single)
  }

  /// Reads the name of a member.
  @usableFromInline
  func key() throws(StorageError) -> String {
    skipSpace()
    let key = try quoted()
    skipSpace()
    try expect(UInt8(ascii: ":"), "“:”")
    return key
  }

  @usableFromInline
  func endMap(_ frame: Frame) throws(StorageError) {
    try expect(UInt8(ascii: "}"), "“,” or the end of the object")
    leave(frame)
  }

  /// Takes a whole value as its text.
  public func rawText() throws(StorageError) -> String {
    try decoded(UnsafeBufferPointer(rebasing: raw()))
  }

  /// Takes a whole value as its bytes, which may be no UTF-8.
  func rawBytes() throws(StorageError) -> [UInt8] { Array(try raw()) }

  private func raw() throws(StorageError) -> Slice<UnsafeBufferPointer<UInt8>> {
    try begin("a value")
    let start = cursor
    try skipValue()
    return source[start..<cursor]
  }

  /// Finds where the value of each column begins, -1 for those that are absent.
  private func memberPositions(_ columns: [Column]) throws(StorageError) -> [Int] {
    try expect(UInt8(ascii: "{"), "an object")
    var positions = [Int](repeating: -1, count: columns.count)
    var expected = 0
    skipSpace()
    if take(UInt8(ascii: "}")) { return positions }
    repeat {
      skipSpace()
      let start = cursor
      let match = columns.indices[expected...].first { matches(columns[$0].jsonKey) }
      if let match {
        cursor += columns[match].jsonKey.count
        expected = match + 1
        skipSpace()
        positions[match] = cursor
      } else {
        // Out of order, spaced or unknown: read the key itself.
        cursor = start
        let key = try quoted()
        skipSpace()
        try expect(UInt8(ascii: ":"), "“:”")
        skipSpace()
        if let index = columns.firstIndex(where: { $0.name == key }) { positions[index] = cursor }
      }
      try skipValue()
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"), "“,” or the end of the object")
    return positions
  }

  private func matches(_ key: [UInt8]) -> Bool {
    key.withUnsafeBytes { isNext($0, at: cursor) }
  }

  /// Whether bytes are what is at a position.
  private func isNext(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
    guard position + bytes.count <= source.count else { return false }
    let found = UnsafeBufferPointer(rebasing: source[position..<(position + bytes.count)])
    return compareBytes(UnsafeRawBufferPointer(found), bytes) == 0
  }

  private func skipValue() throws(StorageError) {
    var open = 0
    repeat {
      skipSpace()
      guard cursor < source.count else { throw malformed("a value") }
      switch source[cursor] {
      case UInt8(ascii: "\""): try skipQuoted()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open += 1
        cursor += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        open -= 1
        cursor += 1
        if open < 0 { throw malformed("a value") }
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        if open == 0 { throw malformed("a value") }
        cursor += 1
      default:
        if scalarText().isEmpty { throw malformed("a value") }
      }
    } while open > 0
  }

  private func skipQuoted() throws(StorageError) {
    cursor += 1
    while cursor < source.count {
      if source[cursor] == UInt8(ascii: "\"") {
        cursor += 1
        return
      }
      cursor += source[cursor] == UInt8(ascii: "\\") ? 2 : 1
    }
    throw malformed("the end of a string")
  }

  // MARK: Columns

  public func skipMissing(_ count: Int) -> Bool {
    if case .members = place { return skipAbsent(count) }
    if case .object(let positions) = place {
      for position in positions[column..<min(column + count, positions.count)] {
        if position >= 0 && !isNull(at: position) { return false }
      }
      column += count
      return true
    }
    skipSpace()
    guard isNull(at: cursor) else { return false }
    cursor += 4
    return true
  }

  public func flag() throws(StorageError) -> Bool {
    try begin("a flag")
    let text = scalarText()
    if text.elementsEqual("true".utf8) { return true }
    if text.elementsEqual("false".utf8) { return false }
    throw malformed("a flag")
  }

  public func integer() throws(StorageError) -> Int64 {
    try begin("a whole number")
    guard let value = Self.wholeNumber(scalarText()) else { throw malformed("a whole number") }
    return value
  }

  /// Reads digits behind a sign or none, as `Int64` does.
  private static func wholeNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
    var value: Int64 = 0
    for byte in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isBeyond) =
        isNegative
        ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      if isTooLarge || isBeyond { return nil }
      value = sum
    }
    return digits.isEmpty ? nil : value
  }

  public func real() throws(StorageError) -> Double {
    try begin("a number")
    guard let value = Double(String(decoding: scalarText(), as: UTF8.self)), value.isFinite else {
      throw malformed("a number")
    }
    return value
  }

  public func text() throws(StorageError) -> String {
    try begin("text")
    return try quoted()
  }

  public func instant() throws(StorageError) -> Instant {
    try begin("an instant")
    let instant =
      if let plain = takePlainText() { Instant(utf8: plain) } else { Instant(try quoted()) }
    guard let instant else { throw malformed("an instant") }
    return instant
  }

  public func identifier() throws(StorageError) -> (high: UInt64, low: UInt64) {
    try begin("an identifier")
    let identifier =
      if let plain = takePlainText() {
        Identifier<Never>(utf8: plain)
      } else {
        Identifier<Never>(try quoted())
      }
    guard let identifier else { throw malformed("an identifier") }
    return (identifier.high, identifier.low)
  }

  public func bytes() throws(StorageError) -> [UInt8] {
    try begin("bytes")
    guard let bytes = unhexadecimal(Array(try quoted().utf8)) else { throw malformed("bytes") }
    return bytes
  }

  public func beginJSON() -> JSONReader { self }

  public func endJSON(_ reader: JSONReader) {}

  // MARK: Parts

  /// Passes over members that are absent or null, if all of so many are.
  private func skipAbsent(_ count: Int) -> Bool {
    let start = cursor
    // Nothing else follows in the object.
    let isLast = cursor < source.count && source[cursor] == UInt8(ascii: "}")
    for member in column..<(column + count) where !isLast && takeName(of: member) {
      guard isNull(at: cursor) else {
        cursor = start
        return false
      }
      cursor += 4
    }
    column += count
    return true
  }

  /// Takes the name of a member, if it is what comes next.
  private func takeName(of member: Int) -> Bool {
    guard let members, member < members._withUnsafeGuaranteedRef({ $0.count }) else { return false }
    let name = members._withUnsafeGuaranteedRef { $0[member] }
    // Nothing but a brace ends in one that opens an object.
    let isFirst = source[cursor - 1] == UInt8(ascii: "{")
    let start = isFirst ? cursor : cursor + 1
    guard isFirst || (cursor < source.count && source[cursor] == UInt8(ascii: ",")),
      isNext(UnsafeRawBufferPointer(name), at: start)
    else { return false }
    cursor = start + name.count
    return true
  }

  private func begin(_ expectation: StaticString) throws(StorageError) {
    if case .members = place {
      guard takeName(of: column) else { throw malformed("the next member") }
      column += 1
    } else if case .object(let positions) = place {
      let index = column
      column += 1
      guard index < positions.count, positions[index] >= 0 else {
        throw StorageError(
          .invalidValue, "Expected \(expectation), found no value.",
          recovery: "Give a value of the field's own type.")
      }
      cursor = positions[index]
    }
    skipSpace()
  }

  private func enter(_ place: Place) throws(StorageError) -> Frame {
    guard depth < Self.maximumDepth else { throw malformed("at most 64 levels") }
    let outer = Frame(place: self.place, column: column, members: members)
    (self.place, column) = (place, 0)
    depth += 1
    return outer
  }

  private func leave(_ outer: Frame) {
    (place, column, members) = (outer.place, outer.column, outer.members)
    depth -= 1
  }

  private func isNull(at position: Int) -> Bool {
    position + 4 <= source.count && source[position..<(position + 4)].elementsEqual("null".utf8)
  }

  private func skipSpace() {
    while cursor < source.count {
      switch source[cursor] {
      case 0x20, 0x09, 0x0A, 0x0D: cursor += 1
      default: return
      }
    }
  }

  private func take(_ byte: UInt8) -> Bool {
    guard cursor < source.count, source[cursor] == byte else { return false }
    cursor += 1
    return true
  }

  private func expect(_ byte: UInt8, _ expectation: StaticString) throws(StorageError) {
    guard take(byte) else { throw malformed(expectation) }
  }

  private func scalarText() -> Slice<UnsafeBufferPointer<UInt8>> {
    let start = cursor
    while cursor < source.count {
      switch source[cursor] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        cursor += 1
      default:
        return source[start..<cursor]
      }
    }
    return source[start..<cursor]
  }

  /// Takes text without escapes as its bytes; `nil` where there is none, and nothing is taken.
  private func takePlainText() -> UnsafeBufferPointer<UInt8>? {
    guard cursor < source.count, source[cursor] == UInt8(ascii: "\"") else { return nil }
    let (start, end) = (cursor + 1, endOfPlainText(from: cursor + 1))
    guard end < source.count, source[end] == UInt8(ascii: "\"") else { return nil }
    cursor = end + 1
    return UnsafeBufferPointer(rebasing: source[start..<end])
  }

  private func quoted() throws(StorageError) -> String {
    if let plain = takePlainText() { return try decoded(plain) }
    try expect(UInt8(ascii: "\""), "a string")
    let start = cursor
    cursor = endOfPlainText(from: cursor)
    var unescaped = Array(source[start..<cursor])
    while cursor < source.count, source[cursor] != UInt8(ascii: "\"") {
      if source[cursor] == UInt8(ascii: "\\") {
        try unescape(into: &unescaped)
      } else {
        unescaped.append(source[cursor])
        cursor += 1
      }
    }
    try expect(UInt8(ascii: "\""), "the end of a string")
    guard let text = unescaped.withUnsafeBufferPointer(Text.decoded) else {
      throw malformed("valid UTF-8")
    }
    return text
  }

  /// The first quotation mark or backslash from a position on.
  private func endOfPlainText(from start: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(source)
    var position = start
    while position &+ 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // The high bit is set of bytes that are zero after the difference, or come after one.
      let (quotes, escapes) = (word ^ 0x2222_2222_2222_2222, word ^ 0x5C5C_5C5C_5C5C_5C5C)
      let found =
        ((quotes &- 0x0101_0101_0101_0101) & ~quotes)
        | ((escapes &- 0x0101_0101_0101_0101) & ~escapes)
      if found & 0x8080_8080_8080_8080 != 0 { break }
      position &+= 8
    }
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
      bytes[position] != UInt8(ascii: "\\")
    {
      position &+= 1
    }
    return position
  }

  private func decoded(_ utf8: UnsafeBufferPointer<UInt8>) throws(StorageError) -> String {
    guard let text = Text.decoded(utf8) else { throw malformed("valid UTF-8") }
    return text
  }

  private func unescape(into text: inout [UInt8]) throws(StorageError) {
    guard cursor + 1 < source.count else { throw malformed("an escape") }
    let kind = source[cursor + 1]
    cursor += 2
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"): text.append(contentsOf: try unicodeEscape().utf8)
    default: throw malformed("an escape")
    }
  }

  private func unicodeEscape() throws(StorageError) -> String {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return String(Character(scalar)) }
    guard (0xD800...0xDBFF).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u"))
    else { throw malformed("a surrogate pair") }
    let second = try fourDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw malformed("a surrogate pair") }
    return String(Character(scalar))
  }

  private func fourDigits() throws(StorageError) -> UInt32 {
    guard cursor + 4 <= source.count else { throw malformed("four hexadecimal digits") }
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = hexadecimalValue(source[cursor + offset]) else {
        throw malformed("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    cursor += 4
    return value
  }

  private func malformed(_ expectation: StaticString) -> StorageError {
    StorageError(
      .invalidValue, "JSON: expected \(expectation) at byte \(cursor).",
      recovery: "Give JSON text as RFC 8259 defines it.")
  }
}
