/// What a text must be like to be kept.
enum TextRules {
  /// What is wrong with a text that must have something in it: empty, too long, or with NUL.
  ///
  /// - Parameter mayBeEmpty: Whether it need not have anything in it.
  static func problems(
    of text: String, in field: @autoclosure () -> String, within bytes: Int,
    mayBeEmpty: Bool = false
  ) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !mayBeEmpty, isBlank(text) { problems.append(.init(field(), "is empty")) }
    if !isKept(text, within: bytes) {
      problems.append(.init(field(), "has more than \(grouped(bytes)) bytes"))
    }
    if text.utf8.contains(0) { problems.append(.init(field(), "contains the NUL character")) }
    return problems
  }

  /// The same of a text that may be left out, but not be empty.
  static func problems(
    of text: String?, in field: @autoclosure () -> String, within bytes: Int
  ) -> [CRMError.Issue] {
    text.map { problems(of: $0, in: field(), within: bytes) } ?? []
  }

  /// The same of a principal's name.
  static func problems(of principal: Principal, in field: String) -> [CRMError.Issue] {
    problems(of: principal.rawValue, in: field, within: 200)
  }

  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}

/// Whether a text has nothing in it that can be seen.
///
/// That is white space, control characters, marks of direction and what else takes no place; NUL
/// is a problem of its own.
func isBlank(_ text: String) -> Bool {
  if let first = text.utf8.first, first > 0x20, first < 0x7F { return false }
  return text.unicodeScalars.allSatisfy { scalar in
    let properties = scalar.properties
    return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
      || properties.generalCategory == .format
      || (properties.generalCategory == .control && scalar != "\0")
  }
}
