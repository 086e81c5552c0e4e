import CRMStorage

/// A record that notes how often a storage looks at one of its rows.
struct Witness: Record {
  let id: Identifier<Witness>
  var rank = 0
  var note = 0

  struct Fields: Sendable {
    let rank = Field<Witness, Int>(
      "rank",
      {
        Witness.noteLook()
        return $0.rank
      }, { $0.rank = $1 })
    let note = Field<Witness, Int>(
      "note",
      {
        Witness.noteLook()
        return $0.note
      }, { $0.note = $1 })
    let everyDigit = MultiField<Witness, String>("every_digit") {
      Witness.noteLook()
      return "\($0.rank)".map(String.init)
    }
  }
  static let fields = Fields()
  static let schema = Schema<Witness>("witnesses", fields, indexes: [.ordered(fields.rank)]) {
    noteLook()
    return Witness(id: $0)
  }

  /// One trial at a time counts.
  static let turn = Gate(permits: 1)

  private static let looks = Locked(0)

  private static func noteLook() { looks.withLock { $0 += 1 } }

  /// How often a row was made or one of its fields read, while a closure ran.
  static func looks(during body: () throws -> Void) throws -> Int {
    looks.withLock { $0 = 0 }
    try body()
    return looks.withLock { $0 }
  }
}
