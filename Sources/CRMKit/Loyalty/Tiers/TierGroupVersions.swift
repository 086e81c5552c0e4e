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
    // Apart from the groups, so that none is copied to look for the one that is asked for.
    let starts = versions.map(\.effectiveFrom)
    let groups = versions.map { $0.programme.tierGroups.first { $0.name == name } }
    let place = { @Sendable (instant: Instant) in starts.lastIndex { $0 <= instant } ?? 0 }
    group = { instant in groups.isEmpty ? nil : groups[place(instant)] }
    next = { instant in
      starts.indices.first { starts[$0] > instant && groups[$0] != nil }.map { starts[$0] }
    }
    isSteady = { start, end in
      let among = starts.indices.filter { starts[$0] > start && starts[$0] <= end }
      return among.isEmpty || Set(([place(start)] + among).map { groups[$0] }).count == 1
    }
  }
}
