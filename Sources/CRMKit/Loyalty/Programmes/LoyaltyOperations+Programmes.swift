extension LoyaltyOperations {
  /// Defines a programme, or a further version of one.
  ///
  /// - Parameters:
  ///   - programme: The programme.
  ///   - instant: From when what happens falls under it, if not from now on; not before the
  ///     version before begins.
  /// - Returns: The programme; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/conflict`` where the
  ///   version is defined otherwise. Nothing has changed then.
  @discardableResult
  public func define(_ programme: LoyaltyProgramme, from instant: Instant? = nil) throws
    -> LoyaltyProgramme
  {
    let versions = try definitions.all(
      where: { $0.name == programme.name }, sortedBy: { [.ascending($0.version)] })
    // What an earlier version of the library took is kept, whatever is refused by now.
    if let same = versions.first(where: { $0.version == programme.version }),
      try model(of: same).programme == programme
    {
      return programme
    }
    var problems = programme.problems()
    if let last = versions.last, programme.version > last.version {
      problems += programme.tierGroupProblems(after: try model(of: last).programme)
    }
    let effectiveFrom = instant ?? transaction.now
    if let last = versions.last, programme.version > last.version,
      effectiveFrom < last.effectiveFrom
    {
      let begins = "lies before \(last.effectiveFrom), when version \(last.version) begins"
      problems.append(.init("from", begins))
    }
    guard problems.isEmpty else { throw CRMError.invalid("loyalty_programmes", problems) }
    let known = try KeptModels<ProgrammeDefinition, _>.known(
      programme, version: programme.version,
      as: versions.first { $0.version == programme.version }, after: versions.last?.version,
      record: "loyalty_programmes",
      otherwise: "the programme “\(programme.name)” is another one",
      read: { try model(of: $0).programme })
    if let known { return known }
    try definitions.insert(
      ProgrammeDefinition(
        id: transaction.makeIdentifier(), name: programme.name, version: programme.version,
        effectiveFrom: effectiveFrom, definedAt: transaction.now,
        json: try KeptModels<ProgrammeDefinition, _>.json(of: programme)),
      emitting: ProgrammeDefined(
        programme: programme.name, programmeVersion: programme.version,
        effectiveFrom: effectiveFrom))
    return programme
  }

  /// The version of a programme under which what happened at an instant falls; before the first
  /// version began, that is the first.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  public func programme(_ name: String, at instant: Instant? = nil) throws -> LoyaltyProgramme {
    try version(of: name, at: instant).programme
  }

  /// The programmes there are, each in the version that holds now, by name.
  public func programmes() throws -> [LoyaltyProgramme] {
    try versions().byName.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { try programme($0) }
  }

  /// The same with its zone's days.
  func version(of name: String, at instant: Instant? = nil) throws -> ProgrammeVersion {
    let at = instant ?? transaction.now
    let versions = try versions()[name] ?? []
    guard let found = versions.last(where: { $0.effectiveFrom <= at }) ?? versions.first else {
      throw LoyaltyError(.unknownReference, "programme “\(name)”")
    }
    return found
  }

  /// A version of a programme by its number.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  func version(of name: String, number: Int) throws -> ProgrammeVersion {
    guard let found = try versions()[name]?.first(where: { $0.programme.version == number })
    else {
      throw LoyaltyError(.unknownReference, "version \(number) of the programme “\(name)”")
    }
    return found
  }

  /// All versions of all programmes; read once per change.
  func versions() throws -> ProgrammeVersions {
    try transaction.recall(of: ProgrammeDefinition.self) {
      let capability = transaction.capability(Loyalty.self) ?? Loyalty()
      let all = try definitions.all(sortedBy: { [.ascending($0.name), .ascending($0.version)] })
      return capability.versions(
        of: try all.map {
          let prepared = try model(of: $0)
          return ProgrammeVersion(
            effectiveFrom: $0.effectiveFrom, prepared,
            days: capability.days(of: prepared.programme.zone))
        })
    }
  }

  private func model(of definition: ProgrammeDefinition) throws -> PreparedProgramme {
    let what = "version \(definition.version) of the programme “\(definition.name)”"
    let kept = transaction.capability(Loyalty.self)?.programmes ?? KeptModels()
    return try kept.model(definition.id, definition.json, what)
  }
}

/// The versions of all programmes; boxed, as they are asked for all the time.
final class ProgrammeVersions: Sendable {
  private let all: [ProgrammeVersion]

  /// By the name of the programme, the earliest first.
  let byName: [String: [ProgrammeVersion]]

  /// Whether any of them has badges or challenges.
  let haveAchievements: Bool

  /// Whether by any of them refunds wait for orders that are not known.
  let parkRefunds: Bool

  /// By the name of the programme, and then by that of the group.
  private let tierGroups: [String: [String: TierGroupVersions]]

  init(_ versions: [ProgrammeVersion]) {
    all = versions
    byName = Dictionary(grouping: versions) { $0.programme.name }
    haveAchievements = versions.contains { !$0.programme.achievements.isEmpty }
    parkRefunds = versions.contains { $0.programme.refund.parks }
    tierGroups = byName.mapValues { versions in
      let names = Set(versions.flatMap { $0.programme.tierGroups.map(\.name) })
      return Dictionary(uniqueKeysWithValues: names.map { ($0, .init($0, in: versions)) })
    }
  }

  subscript(name: String) -> [ProgrammeVersion]? { byName[name] }

  /// Whether it is of the same versions as others.
  func areOf(_ versions: [ProgrammeVersion]) -> Bool {
    all.elementsEqual(versions) {
      $0.prepared === $1.prepared && $0.effectiveFrom == $1.effectiveFrom
    }
  }

  /// How a group of tiers goes on from version to version of a programme.
  func tierGroup(_ name: String, of programme: String) -> TierGroupVersions {
    tierGroups[programme]?[name] ?? TierGroupVersions(name, in: byName[programme] ?? [])
  }
}

/// A version of a programme and since when it holds; boxed, as it is asked for all the time.
final class ProgrammeVersion: Sendable {
  let effectiveFrom: Instant
  let prepared: PreparedProgramme
  let days: LocalDays

  /// The programme, lent: it is large.
  var programme: LoyaltyProgramme { _read { yield prepared.programme } }

  init(effectiveFrom: Instant, _ prepared: PreparedProgramme, days: LocalDays) {
    self.effectiveFrom = effectiveFrom
    self.prepared = prepared
    self.days = days
  }
}
