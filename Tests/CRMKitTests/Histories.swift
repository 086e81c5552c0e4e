import Foundation

/// Random histories, each the same for the same seed.
enum Histories {
  /// Seeds, each with the stores that its history is played on.
  ///
  /// Every kind of store is played on. In a soak each seed is, on all of them; otherwise each on
  /// one, in turn, as the laws and histories of storages look for what tells stores apart.
  static func of(_ seeds: ClosedRange<UInt64>) -> [(Backend, UInt64)] {
    let factor = ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1
    let all = Backend.allCases
    return seeds.flatMap { seed in
      factor > 1 ? all.map { ($0, seed) } : [(all[Int(seed % UInt64(all.count))], seed)]
    }
  }
}
