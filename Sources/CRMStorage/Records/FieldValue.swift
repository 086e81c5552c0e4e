/// A type that a field can hold: how it is stored, compared and checked.
///
/// Numbers, text, flags, instants, dates, identifiers, enumerations with such raw values,
/// described structures, and optionals, lists and maps of all these conform already.
/// The requirements are static so that they do not clutter the members of `Int` and `String`.
public protocol FieldValue: Hashable, Sendable {
  /// The columns a value takes; most take one.
  ///
  /// Values of several columns sort by the first column first. They are ordered against each
  /// other by the last one, where all before it are equal: a currency, then an amount.
  static var columns: [ColumnShape] { get }

  /// Whether a value can be missing.
  static var isOptional: Bool { get }

  /// Writes exactly as many columns as ``columns`` says.
  static func write(_ value: Self, to writer: any ColumnWriter)

  /// Reads what ``write(_:to:)`` wrote.
  static func read(from reader: any ColumnReader) throws(StorageError) -> Self

  /// Negative, zero or positive, as ``columns`` order; `nil` where two values cannot be ordered.
  static func compare(_ a: Self, _ b: Self) -> Int?

  /// The value as it is kept, or `nil` where it needs no change.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for what no backend can keep.
  static func prepared(_ value: Self) throws(StorageError) -> Self?

  /// Whether ``prepared(_:)`` changes and refuses no value there is, so that it need not be asked.
  static var isAlwaysKept: Bool { get }

  /// Whether the value's text begins with the bytes of another; false for all but text.
  static func hasPrefix(_ value: Self, _ prefix: String) -> Bool

  /// Whether there is a value.
  static func isPresent(_ value: Self) -> Bool
}

extension FieldValue {
  @inlinable public static var isOptional: Bool { false }
  @inlinable public static func compare(_ a: Self, _ b: Self) -> Int? { nil }
  @inlinable public static func prepared(_ value: Self) throws(StorageError) -> Self? { nil }
  public static var isAlwaysKept: Bool { false }
  @inlinable public static func hasPrefix(_ value: Self, _ prefix: String) -> Bool { false }
  @inlinable public static func isPresent(_ value: Self) -> Bool { true }
}

extension FieldValue where Self: Comparable {
  @inlinable public static func compare(_ a: Self, _ b: Self) -> Int? {
    a < b ? -1 : (b < a ? 1 : 0)
  }
}

extension Bool: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .flag)] }
  @inlinable public static func write(_ value: Bool, to writer: any ColumnWriter) {
    writer.flag(value)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Bool {
    try reader.flag()
  }
  @inlinable public static func compare(_ a: Bool, _ b: Bool) -> Int? {
    (a ? 1 : 0) - (b ? 1 : 0)
  }
}

extension Int: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .integer)] }
  @inlinable public static func write(_ value: Int, to writer: any ColumnWriter) {
    writer.integer(Int64(value))
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Int {
    let wide = try reader.integer()
    guard let value = Int(exactly: wide) else {
      throw StorageError(
        .invalidValue, "\(wide) does not fit the word size of this machine.",
        recovery: "Declare the field as Int64.")
    }
    return value
  }
}

extension Int64: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .integer)] }
  @inlinable public static func write(_ value: Int64, to writer: any ColumnWriter) {
    writer.integer(value)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Int64 {
    try reader.integer()
  }
}

extension Double: FieldValue {
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .real)] }
  @inlinable public static func write(_ value: Double, to writer: any ColumnWriter) {
    writer.real(value)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Double {
    try reader.real()
  }
  public static func prepared(_ value: Double) throws(StorageError) -> Double? {
    guard value.isFinite else {
      throw StorageError(
        .invalidValue, "A number must be finite, not \(value).",
        recovery: "Leave the value missing where there is none.")
    }
    return value == 0 && value.sign == .minus ? 0 : nil
  }
}

extension String: FieldValue {
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .text)] }
  @inlinable public static func write(_ value: String, to writer: any ColumnWriter) {
    writer.text(value)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> String {
    try reader.text()
  }
  public static func compare(_ a: String, _ b: String) -> Int? { Text.compare(a, b) }
  public static func prepared(_ value: String) throws(StorageError) -> String? {
    if Text.isSettled(value) { return nil }
    let prepared = try Text.prepared(value)
    return prepared.utf8.elementsEqual(value.utf8) ? nil : prepared
  }
  public static func hasPrefix(_ value: String, _ prefix: String) -> Bool {
    Text.hasPrefix(value, prefix)
  }
}

extension Instant: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .instant)] }
  @inlinable public static func write(_ value: Instant, to writer: any ColumnWriter) {
    writer.instant(value)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Instant
  {
    try reader.instant()
  }
}

extension CalendarDate: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .date)] }
  @inlinable public static func write(_ value: CalendarDate, to writer: any ColumnWriter) {
    writer.text(value.description)
  }
  public static func read(from reader: any ColumnReader) throws(StorageError) -> CalendarDate {
    let text = try reader.text()
    guard let date = CalendarDate(text) else {
      throw .mismatch(expected: "a date", found: .text(text))
    }
    return date
  }
}

extension Identifier: FieldValue {
  public static var isAlwaysKept: Bool { true }
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .identifier)] }
  @inlinable public static func write(_ value: Self, to writer: any ColumnWriter) {
    writer.identifier(high: value.high, low: value.low)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Self {
    let halves = try reader.identifier()
    return Self(high: halves.high, low: halves.low)
  }
}

/// Bytes as a field's value, kept apart from lists of numbers.
public struct Blob: Hashable, Sendable, Codable, FieldValue {
  /// The bytes.
  public var bytes: [UInt8]

  /// Wraps bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  public static var isAlwaysKept: Bool { true }
  public static var columns: [ColumnShape] { [ColumnShape("", .bytes)] }
  public static func write(_ value: Blob, to writer: any ColumnWriter) {
    writer.bytes(value.bytes)
  }
  public static func read(from reader: any ColumnReader) throws(StorageError) -> Blob {
    Blob(try reader.bytes())
  }
  public static func compare(_ a: Blob, _ b: Blob) -> Int? {
    a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in compareBytes(a, b) } }
  }
}

extension FieldValue where Self: RawRepresentable, RawValue: FieldValue {
  @inlinable public static var columns: [ColumnShape] { RawValue.columns }
  @inlinable public static func write(_ value: Self, to writer: any ColumnWriter) {
    RawValue.write(value.rawValue, to: writer)
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Self {
    let raw = try RawValue.read(from: reader)
    guard let value = Self(rawValue: raw) else {
      throw StorageError(
        .invalidValue, "“\(raw)” is not a \(Self.self).",
        recovery: "Give one of the values the field allows.")
    }
    return value
  }
  @inlinable public static func prepared(_ value: Self) throws(StorageError) -> Self? {
    guard let raw = try RawValue.prepared(value.rawValue) else { return nil }
    guard let prepared = Self(rawValue: raw) else {
      throw StorageError(
        .invalidValue, "A \(Self.self) changes its meaning in the form it is kept in.",
        recovery: "Give one of the values the field allows.")
    }
    return prepared
  }
  @inlinable public static func compare(_ a: Self, _ b: Self) -> Int? {
    RawValue.compare(a.rawValue, b.rawValue)
  }
  @inlinable public static func hasPrefix(_ value: Self, _ prefix: String) -> Bool {
    RawValue.hasPrefix(value.rawValue, prefix)
  }
}

extension FieldValue where Self: RawRepresentable & CaseIterable, RawValue: FieldValue {
  /// An enumeration has the values it names, which are in form C but for odd ones.
  public static var isAlwaysKept: Bool {
    allCases.allSatisfy { value in
      do throws(StorageError) {
        return try prepared(value) == nil
      } catch {
        return false
      }
    }
  }
}

extension Optional: FieldValue where Wrapped: FieldValue {
  @inlinable public static var columns: [ColumnShape] { Wrapped.columns }
  @inlinable public static var isOptional: Bool { true }
  @inlinable public static func write(_ value: Wrapped?, to writer: any ColumnWriter) {
    if let value {
      Wrapped.write(value, to: writer)
    } else {
      for _ in Wrapped.columns { writer.missing() }
    }
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError) -> Wrapped?
  {
    reader.skipMissing(Wrapped.columns.count) ? nil : try Wrapped.read(from: reader)
  }
  @inlinable public static func compare(_ a: Wrapped?, _ b: Wrapped?) -> Int? {
    guard let a, let b else { return nil }
    return Wrapped.compare(a, b)
  }
  public static var isAlwaysKept: Bool { Wrapped.isAlwaysKept }
  @inlinable public static func prepared(_ value: Wrapped?) throws(StorageError) -> Wrapped?? {
    guard let value, let prepared = try Wrapped.prepared(value) else { return nil }
    return .some(.some(prepared))
  }
  @inlinable public static func hasPrefix(_ value: Wrapped?, _ prefix: String) -> Bool {
    value.map { Wrapped.hasPrefix($0, prefix) } ?? false
  }
  @inlinable public static func isPresent(_ value: Wrapped?) -> Bool { value != nil }
}

extension Array: FieldValue where Element: FieldValue {
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .json)] }
  @inlinable public static func write(_ value: [Element], to writer: any ColumnWriter) {
    let shapes = Element.columns
    writer.json { json in
      json.list {
        if shapes.count == 1 {
          for element in value { Element.write(element, to: json) }
        } else {
          for element in value { json.element(shapes) { Element.write(element, to: json) } }
        }
      }
    }
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError)
    -> [Element]
  {
    if reader.skipEmpty(.list) { return [] }
    // Lists may still be empty, and then nobody asks for the columns.
    var known: [ColumnShape]?
    return try reader.json { json throws(StorageError) in
      try json.list { json throws(StorageError) in
        let shapes = known ?? Element.columns
        known = shapes
        return try json.element(shapes) { json throws(StorageError) in
          try Element.read(from: json)
        }
      }
    }
  }
  public static var isAlwaysKept: Bool { Element.isAlwaysKept }
  @inlinable public static func prepared(_ value: [Element]) throws(StorageError) -> [Element]? {
    var changed: [Element]?
    for index in value.indices {
      guard let element = try Element.prepared(value[index]) else { continue }
      changed = changed ?? value
      changed?[index] = element
    }
    return changed
  }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
  @inlinable public static var columns: [ColumnShape] { [ColumnShape("", .json)] }
  @inlinable public static func write(_ value: [String: Value], to writer: any ColumnWriter) {
    let shapes = Value.columns
    writer.json { json in
      json.map(value) { element in json.element(shapes) { Value.write(element, to: json) } }
    }
  }
  @inlinable public static func read(from reader: any ColumnReader) throws(StorageError)
    -> [String: Value]
  {
    if reader.skipEmpty(.object) { return [:] }
    let shapes = Value.columns
    return try reader.json { json throws(StorageError) in
      try json.map { json throws(StorageError) in
        try json.element(shapes) { json throws(StorageError) in try Value.read(from: json) }
      }
    }
  }
  @inlinable public static func prepared(_ value: [String: Value]) throws(StorageError) -> [String:
    Value]?
  {
    var changed: [String: Value]?
    for (key, element) in value {
      let newKey = try String.prepared(key)
      let newElement = try Value.prepared(element)
      guard newKey != nil || newElement != nil else { continue }
      changed = changed ?? value
      if let newKey, newKey.utf8.elementsEqual(key.utf8) == false { changed?[key] = nil }
      changed?[newKey ?? key] = newElement ?? element
    }
    return changed
  }
}
