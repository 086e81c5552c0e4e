import CRMKit
import Testing

@Suite("A CRM is opened with settings that can be kept to")
struct SettingsTests {
  @Test("Definitions that contradict themselves are refused, each by name")
  func definitions() async throws {
    let customers = Customers(
      callingCode: "+49",
      attributes: [
        AttributeDefinition("level", .text, allowed: [.text("gold"), .integer(1), .text("\0")]),
        AttributeDefinition(" ", .flag),
        AttributeDefinition("size", .integer, allowed: [.integer(1), .flag(true)]),
        AttributeDefinition("level", .integer),
        // The same name in another form.
        AttributeDefinition("caf\u{E9}", .text), AttributeDefinition("cafe\u{301}", .text),
      ])
    let error = await failure { try await Shop(.memory, [customers]) }
    #expect(error?.code == .invalidCapability)
    #expect(
      error?.issues.map(\.field) == [
        "Customers.calling_code", "Customers.attributes[0].allowed[1]",
        "Customers.attributes[0].allowed[2]", "Customers.attributes[1].name",
        "Customers.attributes[2].allowed[1]", "Customers.attributes[3].name",
        "Customers.attributes[5].name",
      ])
    #expect(error?.issues.last?.problem.contains("café") == true)
  }

  @Test("The settings of every capability are looked at before the store is")
  func several() async throws {
    let error = await failure {
      try await Shop(.memory, [Customers(callingCode: ""), Wheel(spokes: -1)])
    }
    #expect(error?.issues.map(\.field) == ["Customers.calling_code", "Wheel.spokes"])
    _ = try await Shop(.memory, [Customers(callingCode: "49"), Wheel(spokes: 8)])
  }
}

private struct Wheel: Capability {
  let spokes: Int
  var problems: [CRMError.Issue] { spokes < 0 ? [.init("spokes", "are negative")] : [] }
}
