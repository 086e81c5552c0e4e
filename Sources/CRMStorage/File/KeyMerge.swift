/// Several runs of sorted keys as one: a tournament, which the run with the least key wins.
///
/// A run that goes on plays again only those that lost on its way, one for each doubling of the
/// number of runs.
struct KeyMerge {
  private var runs: [SortedKeys]

  init(_ runs: [SortedKeys]) {
    self.runs = runs
    let depth = Self.sharedLength(runs)
    for index in runs.indices { self.runs[index].look(at: depth) }
  }

  /// Hands on all keys in order.
  consuming func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    if followEachOther {
      for var run in runs {
        repeat { body(run.key) } while run.advance()
      }
      return
    }
    runs.withUnsafeMutableBufferPointer { runs in
      var tournament = Tournament(runs)
      while let winner = tournament.winner {
        body(runs[winner].key)
        tournament.goOn()
      }
    }
  }

  /// How many bytes all keys have in common at their beginning.
  private static func sharedLength(_ runs: [SortedKeys]) -> Int {
    let least = runs.map(\.key).min { compareBytes($0, $1) < 0 }
    let greatest = runs.map(\.lastKey).max { compareBytes($0, $1) < 0 }
    guard let least, let greatest else { return 0 }
    return zip(least, greatest).prefix { $0 == $1 }.count
  }

  /// Whether each run begins behind the end of the one before.
  private var followEachOther: Bool {
    zip(runs, runs.dropFirst()).allSatisfy { compareBytes($0.lastKey, $1.key) <= 0 }
  }
}

/// Which of several runs has the least key.
private struct Tournament {
  private let runs: UnsafeMutableBufferPointer<SortedKeys>

  /// Who lost where: at 1 the last match, at 2 and 3 those before it, and so on.
  private var losers: [Int]

  /// The run with the least key; `nil` once all have ended.
  private(set) var winner: Int?

  private var hasEnded: [Bool]
  private var left: Int

  init(_ runs: UnsafeMutableBufferPointer<SortedKeys>) {
    self.runs = runs
    losers = Array(repeating: -1, count: runs.count)
    hasEnded = Array(repeating: false, count: runs.count)
    left = runs.count
    for run in runs.indices { enter(run) }
  }

  /// The winner goes on to its next key.
  mutating func goOn() {
    guard let run = winner else { return }
    if !runs[run].advance() {
      hasEnded[run] = true
      left -= 1
    }
    winner = left == 0 ? nil : play(run)
  }

  /// Plays the matches of a run for which there is an opponent, and waits at the first without.
  private mutating func enter(_ run: Int) {
    var (champion, match) = (run, (run + runs.count) / 2)
    while match > 0 {
      guard losers[match] >= 0 else {
        losers[match] = champion
        return
      }
      if isLess(losers[match], champion) { swap(&losers[match], &champion) }
      match /= 2
    }
    winner = champion
  }

  /// Plays all matches of a run, and says who wins the last.
  private mutating func play(_ run: Int) -> Int {
    var (champion, match) = (run, (run &+ runs.count) >> 1)
    while match > 0 {
      if isLess(losers[match], champion) { swap(&losers[match], &champion) }
      match >>= 1
    }
    return champion
  }

  @inline(__always)
  private func isLess(_ a: Int, _ b: Int) -> Bool {
    if hasEnded[a] || hasEnded[b] { return hasEnded[b] }
    return runs[a].isOrdered(before: runs[b])
  }
}
