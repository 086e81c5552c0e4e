import Foundation
import Workloads

/// A table of figures, each measured against its target.
struct Report {
  /// How often each contender runs; those of a figure take turns.
  let rounds: Int

  private var rows: [[String]] = []
  private(set) var misses: [String] = []

  init(rounds: Int) {
    self.rounds = rounds
  }

  /// What a figure is to reach.
  enum Target {
    /// Ours takes at most this many times what the peer takes.
    case atMost(Double)
    /// The peer takes at least this many times what ours takes.
    case timesFaster(Double)
    /// Ours takes at most this many nanoseconds.
    case within(Double)
    /// Shown for comparison.
    case none
  }

  /// Measures one contender.
  mutating func add(_ figure: String, _ contender: Contender, _ target: Target) async throws {
    try await add(figure, contender, target, rounds: rounds)
  }

  /// Measures what happens once only.
  mutating func addOnce(_ figure: String, _ contender: Contender, _ target: Target) async throws {
    try await add(figure, contender, target, rounds: 1)
  }

  private mutating func add(
    _ figure: String, _ contender: Contender, _ target: Target, rounds: Int
  ) async throws {
    var laps: [Lap] = []
    for _ in 0..<rounds { laps.append(try await contender.run()) }
    let ours = Spread(laps.map(\.nanoseconds))
    var isMet = true
    var wanted = "–"
    if case .within(let limit) = target {
      wanted = "≤ \(time(limit))"
      isMet = ours.median <= limit
    }
    append(
      [figure, wanted, ours.text, "–", "–", Self.checksum(laps)], isMet: isMet, figure)
  }

  /// Measures two contenders in turns.
  mutating func add(_ figure: String, _ ours: Contender, _ peer: Contender, _ target: Target)
    async throws
  {
    try await add([(figure, peer, target)], ours)
  }

  /// Measures one contender and its peers in turns.
  mutating func add(
    _ comparisons: [(figure: String, peer: Contender, target: Target)], _ ours: Contender
  ) async throws {
    let contenders = [ours] + comparisons.map(\.peer)
    var laps: [[Lap]] = Array(repeating: [], count: contenders.count)
    for round in 0..<rounds {
      // Each begins a round in its turn: what one leaves behind for the disk slows the next.
      for place in contenders.indices {
        let index = (place + round) % contenders.count
        laps[index].append(try await contenders[index].run())
      }
    }
    for (index, comparison) in comparisons.enumerated() {
      add(comparison.figure, comparison.peer.name, comparison.target, laps[0], laps[index + 1])
    }
  }

  private mutating func add(
    _ figure: String, _ peer: String, _ target: Target, _ ours: [Lap], _ theirs: [Lap]
  ) {
    let pairs = zip(ours, theirs)
    let slower = Spread(pairs.map { $0.nanoseconds / $1.nanoseconds })
    let faster = Spread(pairs.map { $1.nanoseconds / $0.nanoseconds })
    let (ratio, wanted, isMet): (Spread, String, Bool) =
      switch target {
      case .atMost(let limit): (slower, "≤ \(times(limit))", slower.median <= limit)
      case .timesFaster(let least): (faster, "≥ \(times(least)) faster", faster.median >= least)
      case .within, .none: (slower, "–", true)
      }
    let word = if case .timesFaster = target { " faster" } else { "" }
    append(
      [
        figure, wanted, Spread(ours.map(\.nanoseconds)).text,
        "\(peer): \(Spread(theirs.map(\.nanoseconds)).text)",
        "\(times(ratio.median))\(word) (\(times(ratio.least))..\(times(ratio.most)))",
        Self.checksum(ours + theirs),
      ], isMet: isMet, figure)
  }

  /// Adds a number of bytes.
  mutating func add(_ figure: String, bytes: Int, atMost limit: Int?) {
    let isMet = limit.map { bytes <= $0 } ?? true
    let megabytes = { (bytes: Int) in "\(bytes / 1_000_000) MB" }
    append(
      [figure, limit.map { "≤ \(megabytes($0))" } ?? "–", megabytes(bytes), "–", "–", "–"],
      isMet: isMet, figure)
  }

  private mutating func append(_ row: [String], isMet: Bool, _ figure: String) {
    if !isMet { misses.append(figure) }
    rows.append(row + [isMet ? "" : "missed"])
    print(Self.line(rows[rows.count - 1]))
    // Shown as it comes, also through a pipe.
    fflush(nil)
  }

  /// The rows below this head are printed as soon as they are known.
  static var head: String {
    line(["Figure", "Target", "CRMKit", "Peer", "Ratio", "Checksum", ""]) + "\n"
      + line(Array(repeating: "---", count: 7))
  }

  private static func line(_ cells: [String]) -> String {
    "| \(cells.joined(separator: " | ")) |"
  }

  /// The checksum that all runs came to; they all did the same work.
  private static func checksum(_ laps: [Lap]) -> String {
    let different = Set(laps.map(\.checksum))
    precondition(different.count == 1, "Runs that should do the same came to \(different).")
    return "`\(laps[0].checksum)`"
  }
}

/// A median with the least and the most.
private struct Spread {
  let least: Double
  let median: Double
  let most: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    least = sorted[0]
    median = sorted[sorted.count / 2]
    most = sorted[sorted.count - 1]
  }

  var text: String { "\(time(median)) (\(time(least))..\(time(most)))" }
}

private func time(_ nanoseconds: Double) -> String {
  switch nanoseconds {
  case ..<1_000: "\(Int(nanoseconds.rounded())) ns"
  case ..<1_000_000: "\(rounded(nanoseconds / 1_000)) µs"
  default: "\(rounded(nanoseconds / 1_000_000)) ms"
  }
}

private func times(_ ratio: Double) -> String { "\(rounded(ratio))×" }

private func rounded(_ number: Double) -> String {
  number >= 100 ? "\(Int(number.rounded()))" : "\((number * 100).rounded() / 100)"
}
