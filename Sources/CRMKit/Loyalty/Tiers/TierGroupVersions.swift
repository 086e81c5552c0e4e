/// How a group of tiers goes on from version to version of its programme; made once for all members.
final class TierGroupVersions: Sendable {
  /// The group as the version has it that an instant falls under; `nil` where that has no such
  /// group.
  let group: @Sendable (Instant) -> TierGroup?

  /// When the first version begins after an instant that has such a group; `nil` for none.
  let next: @Sendable (Instant) -> Instant?

  /// Whether the group is the same from an instant up to another.
  let isSteady: @Sendable (_ since: Instant, Instant) -> Bool

  /// - Parameter versions: Those of the programme, the earliest first.
  init(_ name: String, in versions: [ProgrammeVersion]) {
    let all = versions.map { version in
      (from: version.effectiveFrom, group: version.programme.tierGroups.first { $0.name == name })
    }
    group = { instant in (all.last { $0.from <= instant } ?? all.first)?.group }
    next = { instant in all.first { $0.from > instant && $0.group != nil }?.from }
    isSteady = { start, end in
      let among = all.filter { $0.from > start && $0.from <= end }
      guard !among.isEmpty else { return true }
      let before = all.last { $0.from <= start } ?? all.first
      return Set(([before].compactMap { $0 } + among).map(\.group)).count == 1
    }
  }
}
