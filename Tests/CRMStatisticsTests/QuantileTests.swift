import CRMStatistics
import Testing

@Suite("Quantiles")
struct QuantileTests {
  // R 4.3: quantile(c(15, 20, 35, 40, 50), p); binary fractions, so the last bits may differ.
  @Test(
    "Agree with R's default",
    arguments: [(0, 15), (0.05, 16), (0.3, 23), (0.4, 29), (0.5, 35), (0.75, 40), (1, 50)])
  func published(probability: Double, expected: Double) throws {
    let found = try #require(quantile(probability, of: [50, 15, 40, 20, 35]))
    #expect(abs(found - expected) < 1e-12)
  }

  @Test("Have no value for an empty sample, and the only value of a single one")
  func edges() {
    #expect(quantile(0.5, of: []) == nil)
    #expect(quantile(0.9, of: [7]) == 7)
  }

  @Test("Refuse what is no probability")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = quantile(1.5, of: [1]) }
  }
}
