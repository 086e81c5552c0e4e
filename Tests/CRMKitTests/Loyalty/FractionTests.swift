import Testing

@testable import CRMKit

struct FractionTests {
  private func fraction(_ text: String) throws -> Fraction { try #require(Fraction(text)) }

  @Test("P10: A tenth and two tenths are three tenths, and three thirds are one")
  func exact() throws {
    #expect(try fraction("0.1") + fraction("0.2") == fraction("0.3"))
    #expect(try Fraction(3) * fraction("1/3") == .one)
    #expect(try fraction("9.99") * fraction("3/2") == fraction("14.985"))
    #expect(try fraction("1/3") - fraction("1/3") == .zero)
    #expect(try Fraction(3) / fraction("1.5") == 2)
  }

  @Test(
    "A fraction is rounded as its mode says, on both sides of zero",
    arguments: [
      ("9.99", 9, 10, 10, 10), ("2.5", 2, 2, 3, 3), ("3.5", 3, 4, 4, 4), ("2", 2, 2, 2, 2),
      ("-2.5", -3, -2, -2, -2), ("-3.5", -4, -4, -3, -3), ("-0.1", -1, 0, 0, 0),
      ("1/3", 0, 0, 0, 1), ("4611686018427387904", 1 << 62, 1 << 62, 1 << 62, 1 << 62),
    ] as [(String, Int64, Int64, Int64, Int64)])
  func rounding(_ text: String, down: Int64, halfEven: Int64, halfUp: Int64, up: Int64) throws {
    // More than 18 digits are no decimal number, but a whole one.
    let value = try Fraction(text) ?? Fraction(#require(Int64(text)))
    #expect(value.rounded(.down) == down)
    #expect(value.rounded(.halfEven) == halfEven)
    #expect(value.rounded(.halfUp) == halfUp)
    #expect(value.rounded(.up) == up)
  }

  @Test("A half of the largest lower part is told from what is less and more")
  func largeHalves() throws {
    let lower = Int64.max - 1
    #expect(try #require(Fraction(lower / 2, over: lower)).rounded(.halfUp) == 1)
    #expect(try #require(Fraction(lower / 2 - 1, over: lower)).rounded(.halfUp) == 0)
    #expect(try #require(Fraction(lower - 1, over: lower)).rounded(.halfEven) == 1)
  }

  @Test("P09: What needs more than 64 bits is refused, and the least number never turned round")
  func overflow() throws {
    #expect(Fraction(.min, over: 1) == nil)
    #expect(Fraction(1, over: 0) == nil)
    #expect(Fraction(.min).numerator == -.max)
    let most = Fraction(.max)
    #expect(throws: Fraction.Overflow.self) { try most + .one }
    #expect(throws: Fraction.Overflow.self) { try most * 2 }
    #expect(throws: Fraction.Overflow.self) { try Fraction(-.max) - .one }
    #expect(try most * #require(Fraction(1, over: .max)) == .one)
  }

  @Test(
    "A fraction is written as a decimal number where it is one, and read again",
    arguments: ["0", "1", "-1", "14.985", "-0.5", "2/3", "-2/3", "9223372036854775807/2"])
  func text(_ text: String) throws {
    if let read = Fraction(text) { #expect(read.description == text) }
    #expect(Fraction(text) != nil || text.count > 18)
  }

  @Test("Other text is no fraction", arguments: ["", "-", "1/0", "1.5/2", "--1", ".", "1e3", "x"])
  func nonsense(_ text: String) {
    #expect(Fraction(text) == nil)
  }

  @Test("Fractions have the order of numbers", arguments: UInt64(1)...20)
  func order(_ seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    for _ in 0..<50 {
      let (a, b) = (
        Int64.random(in: -50...50, using: &numbers), Int64.random(in: 1...20, using: &numbers)
      )
      let (c, d) = (
        Int64.random(in: -50...50, using: &numbers), Int64.random(in: 1...20, using: &numbers)
      )
      let left = try #require(Fraction(a, over: b))
      let right = try #require(Fraction(c, over: d))
      #expect((left < right) == (a * d < c * b))
      #expect(try left + right - right == left)
      #expect(
        try (left + right).rounded(.down)
          == Int64((Double(a * d + c * b) / Double(b * d)).rounded(.down)))
    }
  }
}
