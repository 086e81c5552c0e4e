/// What staff found to work in a situation, step by step, for whoever meets it next.
public struct Playbook: Versioned {
  /// What names the playbook for good.
  public let id: Identifier<Playbook>

  /// What it is called.
  public var title: String

  /// When it is of use, in words.
  public var situation: String

  /// What to do, in order.
  public var steps: [String]

  /// The tags of customers it is for.
  public var tags: [String]

  /// The categories of needs it answers.
  public var needs: [String]

  /// Who wrote it.
  public internal(set) var author: Principal

  /// When it was written.
  public internal(set) var writtenAt: Instant

  /// When it was put away, if it was; it is not suggested then.
  public internal(set) var archivedAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Playbook/title``, for filters and sorting.
    public let title = Field<Playbook, String>("title", { $0.title }, { $0.title = $1 })

    /// ``Playbook/situation``, for filters and sorting.
    public let situation = Field<Playbook, String>(
      "situation", { $0.situation }, { $0.situation = $1 })

    /// ``Playbook/steps``; they can be neither compared nor sorted by.
    public let steps = Field<Playbook, [String]>("steps", { $0.steps }, { $0.steps = $1 })

    /// ``Playbook/tags``; they can be neither compared nor sorted by.
    public let tags = Field<Playbook, [String]>("tags", { $0.tags }, { $0.tags = $1 })

    /// ``Playbook/needs``; they can be neither compared nor sorted by.
    public let needs = Field<Playbook, [String]>("needs", { $0.needs }, { $0.needs = $1 })

    /// ``Playbook/author``, for filters and sorting.
    public let author = Field<Playbook, Principal>("author", { $0.author }, { $0.author = $1 })

    /// ``Playbook/writtenAt``, for filters and sorting.
    public let writtenAt = Field<Playbook, Instant>(
      "written_at", { $0.writtenAt }, { $0.writtenAt = $1 })

    /// ``Playbook/archivedAt``, for filters and sorting.
    public let archivedAt = Field<Playbook, Instant?>(
      "archived_at", { $0.archivedAt }, { $0.archivedAt = $1 })

    /// ``Playbook/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Playbook, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Playbook/version``, for filters and sorting.
    public let version = Field<Playbook, Int>("version", { $0.version }, { $0.version = $1 })

    /// ``Playbook/tags`` as `tag:…` and ``Playbook/needs`` as `need:…`, unless it is archived.
    public let labels = MultiField<Playbook, String>("labels") {
      $0.archivedAt == nil
        ? PlaybookRules.labels(tags: $0.tags, needs: $0.needs) : []
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<Playbook>(
    "playbooks", fields, indexes: [.ordered(fields.title)]
  ) {
    Playbook(
      id: $0, title: "", situation: "", steps: [], tags: [], needs: [], author: .system,
      writtenAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}

/// A playbook to be written.
public struct NewPlaybook: Hashable, Sendable {
  /// What it is called, in up to 200 bytes.
  public var title: String

  /// When it is of use, in up to 1,000 bytes.
  public var situation: String

  /// What to do, in up to 50 steps of up to 1,000 bytes.
  public var steps: [String]

  /// The tags of customers it is for.
  public var tags: [String]

  /// The categories of needs it answers.
  public var needs: [String]

  /// Says what to do when.
  public init(
    _ title: String, when situation: String, steps: [String], tags: [String] = [],
    needs: [String] = []
  ) {
    self.title = title
    self.situation = situation
    self.steps = steps
    self.tags = tags
    self.needs = needs
  }
}
