import CRMStorage

/// The types of a CRM, found by key.
struct RelationshipTypes: Sendable {
  let all: [RelationshipType]
  private let positions: [RelationshipType.Key: Int]

  private static let longestName = 100
  private static let mostTypes = 1_000

  init(_ types: [RelationshipType]) {
    all = types
    positions = Dictionary(zip(types.map(\.key), types.indices)) { first, _ in first }
  }

  subscript(key: RelationshipType.Key) -> RelationshipType? { positions[key].map { all[$0] } }

  /// What a customer is to the other, at the first or the second end of a type that is known.
  func name(of key: RelationshipType.Key, isFirst: Bool) -> String? {
    positions[key].map { isFirst ? all[$0].name : all[$0].inverseName }
  }

  /// The keys of the types with a purpose, in the order given.
  func keys(for purpose: RelationshipType.Purpose) -> [RelationshipType.Key] {
    all.filter { $0.purposes.contains(purpose) }.map(\.key)
  }

  /// What is wrong with a key; `nil` for one that is known.
  func problem(_ field: String, _ key: RelationshipType.Key) -> CRMError.Issue? {
    guard positions[key] == nil else { return nil }
    // What cannot be a key is not repeated, however long it is.
    guard Self.isKey(key.rawValue) else {
      return .init(field, "is not a key of a type")
    }
    let near = nearest(to: key.rawValue, among: all.map(\.key.rawValue))
    return .init(
      field, "“\(key)” is unknown" + (near.map { "; did you mean “\($0)”?" } ?? ""))
  }

  /// Every problem of a list of types.
  static func problems(of types: [RelationshipType]) -> [CRMError.Issue] {
    if types.count > mostTypes { return [.init("types", "are more than \(mostTypes)")] }
    var problems: [CRMError.Issue] = []
    var known: Set<RelationshipType.Key> = []
    for (index, type) in types.enumerated() {
      let field = "types[\(index)]"
      func check(_ member: String, _ isFit: Bool, _ problem: String) {
        if !isFit { problems.append(.init("\(field).\(member)", problem)) }
      }
      check(
        "key", isKey(type.key.rawValue),
        "is not 1 to 60 lower-case ASCII letters, digits and underscores")
      check("key", known.insert(type.key).inserted, "is given twice")
      check("name", isName(type.name), "is empty, longer than \(longestName) bytes or has NUL")
      if !type.isSymmetric {
        check(
          "inverseName", isName(type.inverseName),
          "is empty, longer than \(longestName) bytes or has NUL")
      }
      for (member, end) in [("from", type.from), ("to", type.to)] {
        check("\(member).kinds", !end.kinds.isEmpty, "are missing")
        check("\(member).limit", end.limit.map { $0 >= 1 } ?? true, "is below 1")
      }
      check(
        "purposes", type.purposes.isEmpty || type.upper != nil,
        "need an upper end, which the type has not")
    }
    return problems
  }

  private static func isKey(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func isName(_ text: String) -> Bool {
    !isBlank(text) && isKept(text, within: longestName) && !text.utf8.contains(0)
  }
}
