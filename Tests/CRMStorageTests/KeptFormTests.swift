import Testing

@testable import CRMStorage

@Suite("The form in which values are kept")
struct KeptFormTests {
  @Test("What a type makes of its values is asked for, whatever their raw values are")
  func ownForm() throws {
    let dial = Dial(
      id: .zero, level: Level(rawValue: 12), hue: .purple, levels: [Level(rawValue: 11)])
    let form = try Dial.schema.hold(dial).row
    #expect(form.level.rawValue == 10)
    #expect(form.hue == .red)
    #expect(form.levels.map(\.rawValue) == [10])
  }

  @Test("Enumerations and numbers need not be asked, odd texts and types of others do")
  func asked() {
    #expect(Shade.isAlwaysKept && [Shade?].isAlwaysKept && Int.isAlwaysKept)
    #expect(!String.isAlwaysKept && !Odd.isAlwaysKept && !Hue.isAlwaysKept && !Level.isAlwaysKept)
  }
}

/// A number that goes no higher than ten.
private struct Level: RawRepresentable, FieldValue {
  var rawValue: Int

  static func prepared(_ value: Level) throws(StorageError) -> Level? {
    value.rawValue > 10 ? Level(rawValue: 10) : nil
  }
}

/// An enumeration of which one value is kept as another.
private enum Hue: String, CaseIterable, FieldValue {
  case red, purple

  static func prepared(_ value: Hue) throws(StorageError) -> Hue? {
    value == .purple ? .red : nil
  }
}

private enum Shade: String, CaseIterable, FieldValue { case light, dark }

/// An enumeration whose value is not in form C as it is written.
private enum Odd: String, CaseIterable, FieldValue { case accent = "e\u{301}" }

private struct Dial: Record {
  let id: Identifier<Dial>
  var level: Level
  var hue: Hue
  var levels: [Level]

  struct Fields: Sendable {
    let level = Field<Dial, Level>("level", { $0.level }, { $0.level = $1 })
    let hue = Field<Dial, Hue>("hue", { $0.hue }, { $0.hue = $1 })
    let levels = Field<Dial, [Level]>("levels", { $0.levels }, { $0.levels = $1 })
  }

  static let fields = Fields()

  static let schema = Schema<Dial>("dials", fields) {
    Dial(id: $0, level: Level(rawValue: 0), hue: .red, levels: [])
  }
}

extension Level: Codable {}
extension Hue: Codable {}
