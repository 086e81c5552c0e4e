/// Something the firm does to win those it has chosen, such as a call or an evening.
///
/// Contacts belong to it that name it (``NewInteraction/about``); their cost is its cost, and so is
/// what is booked for it (``BudgetOperations/spend(_:on:for:because:about:time:at:)``).
public struct AcquisitionAction: Record {
  /// What names it for good.
  public let id: Identifier<AcquisitionAction>

  /// The effort it is part of.
  public var acquisition: Acquisition.ID

  /// What it is called, unique in the effort.
  public var name: String

  /// When it began.
  public var startedAt: Instant

  /// When it was over, if it is.
  public var finishedAt: Instant?

  /// What came of it, in words.
  public var outcome: String?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AcquisitionAction/acquisition``, for filters and sorting.
    public let acquisition = Field<AcquisitionAction, Acquisition.ID>(
      "acquisition", { $0.acquisition }, { $0.acquisition = $1 }
    ).references(Acquisition.self)

    /// ``AcquisitionAction/name``, for filters and sorting.
    public let name = Field<AcquisitionAction, String>("name", { $0.name }, { $0.name = $1 })

    /// ``AcquisitionAction/startedAt``, for filters and sorting.
    public let startedAt = Field<AcquisitionAction, Instant>(
      "started_at", { $0.startedAt }, { $0.startedAt = $1 })

    /// ``AcquisitionAction/finishedAt``, for filters and sorting.
    public let finishedAt = Field<AcquisitionAction, Instant?>(
      "finished_at", { $0.finishedAt }, { $0.finishedAt = $1 })

    /// ``AcquisitionAction/outcome``, for filters and sorting.
    public let outcome = Field<AcquisitionAction, String?>(
      "outcome", { $0.outcome }, { $0.outcome = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<AcquisitionAction>(
    "acquisition_actions", fields, indexes: [.ordered(fields.acquisition, fields.startedAt)]
  ) {
    AcquisitionAction(id: $0, acquisition: .zero, name: "", startedAt: .earliest)
  }
}
