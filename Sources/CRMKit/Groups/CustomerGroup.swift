/// Customers who have something in common, by a stored condition; who is in it follows from that.
public struct CustomerGroup: Versioned {
  /// What names it for good.
  public let id: Identifier<CustomerGroup>

  /// Its short name, for good.
  public var name: String

  /// What it is called.
  public var title: String

  /// When it was defined first.
  public var definedAt: Instant

  /// The condition as JSON.
  var json: String

  public var modifiedAt: Instant

  public var version: Int

  /// The described fields.
  public struct Fields: Sendable {
    /// ``CustomerGroup/name``, for filters and sorting.
    public let name = Field<CustomerGroup, String>("name", { $0.name }, { $0.name = $1 })

    /// ``CustomerGroup/title``, for filters and sorting.
    public let title = Field<CustomerGroup, String>("title", { $0.title }, { $0.title = $1 })

    /// ``CustomerGroup/definedAt``, for filters and sorting.
    public let definedAt = Field<CustomerGroup, Instant>(
      "defined_at", { $0.definedAt }, { $0.definedAt = $1 })

    let json = Field<CustomerGroup, String>("json", { $0.json }, { $0.json = $1 })

    /// ``CustomerGroup/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<CustomerGroup, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``CustomerGroup/version``, for filters and sorting.
    public let version = Field<CustomerGroup, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<CustomerGroup>(
    "customer_groups", fields, indexes: [.unique(fields.name)]
  ) {
    CustomerGroup(
      id: $0, name: "", title: "", definedAt: .earliest, json: "{}", modifiedAt: .earliest,
      version: 1)
  }
}

/// A group of customers was defined.
public struct GroupDefined: Event {
  /// The group.
  public var group: CustomerGroup.ID

  public static let name = "groups.defined"

  private struct Fields: Sendable {
    let group = Field<GroupDefined, CustomerGroup.ID>("group", { $0.group }, { $0.group = $1 })
  }

  public static let layout = Layout(Fields(), blank: GroupDefined(group: .zero))
}

/// A group of customers was defined otherwise; the recorded event has the fields.
public struct GroupUpdated: Event {
  /// The group.
  public var group: CustomerGroup.ID

  public static let name = "groups.updated"

  private struct Fields: Sendable {
    let group = Field<GroupUpdated, CustomerGroup.ID>("group", { $0.group }, { $0.group = $1 })
  }

  public static let layout = Layout(Fields(), blank: GroupUpdated(group: .zero))
}
