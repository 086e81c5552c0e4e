import CRMKit
import Foundation
import Testing

private let soak = ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1

/// `CRMKIT_SOAK=500` is ten years of 5,000 customers.
@Suite("Years of a shop", .timeLimit(.minutes(30 * soak)))
struct SimulationTests {
  private static let days = min(3_652, 480 * soak)
  private static let customers = min(5_000, 10 * soak)

  @Test("What must hold holds every day, and the same seed gives the same bytes everywhere")
  func everyDay() async throws {
    var first: [String]?
    for backend in Backend.allCases {
      var simulation = try await Simulation(backend, seed: 11)
      try await simulation.live(days: Self.days, customers: Self.customers)
      #expect(
        simulation.stages.isSuperset(of: [
          "repeat", "loyal", "at_risk", "lapsed", "lost", "churned", "won_back", "talks",
        ]),
        "\(simulation.stages.sorted())")
      #expect(simulation.warnings > 0)
      let records = try await simulation.records()
      if let first { #expect(first == records, "\(backend)") } else { first = records }
    }
  }
}
