/// A figure of a host's own, kept for each customer as things happen.
///
///     let visits = Metric(
///       "visits",
///       contributions: [
///         .init(to: VisitNoted.self) { visit, _ in
///           [.counting(visit.customer, amount: visit.event.minutes, at: visit.recorded.occurredAt)]
///         }
///       ]
///     ) { customer, tx in
///       try tx.records(of: Visit.self).all(where: { $0.customer == customer }).map {
///         MetricEntry(amount: $0.minutes, at: $0.visitedAt)
///       }
///     }
///
/// ``MetricOperations/figure(_:of:)`` reads it.
public struct Metric: Sendable {
  /// The name: lower case with underscores, never changed once in use.
  public let name: String

  let contributions: [Contribution]
  let recompute: @Sendable (Customer.ID, Transaction) throws -> [MetricEntry]

  /// Declares a figure.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - contributions: What changes it as it happens.
  ///   - recompute: All that counts of a customer, read from the records. A customer's figure
  ///     begins with it, and ``CRM/verify()`` holds what is kept against it.
  public init(
    _ name: String, contributions: [Contribution],
    recompute: @escaping @Sendable (Customer.ID, Transaction) throws -> [MetricEntry]
  ) {
    self.name = name
    self.contributions = contributions
    self.recompute = recompute
  }

  var reactions: [Reaction] { contributions.map { $0.reaction(self) } }

  static func problems(of metrics: [Metric]) -> [CRMError.Issue] {
    var known: Set<String> = []
    return metrics.enumerated().compactMap { index, metric in
      let bytes = metric.name.utf8
      let isName =
        !bytes.isEmpty && bytes.count <= 60 && bytes.first != UInt8(ascii: "_")
        && bytes.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
        }
      if !isName {
        return .init("custom[\(index)].name", "is no name of lower-case letters and underscores")
      }
      if !known.insert(metric.name).inserted {
        return .init("custom[\(index)].name", "“\(metric.name)” is given twice")
      }
      return nil
    }
  }
}

extension Metric {
  /// What one event changes of a ``Metric``.
  public struct Contribution: Sendable {
    let reaction: @Sendable (Metric) -> Reaction

    /// What a kind of event changes.
    ///
    /// - Parameters:
    ///   - event: The kind of event; a capability of the CRM emits it.
    ///   - body: What one such event changes, of any customers.
    public init<E: Event>(
      to event: E.Type,
      _ body: @escaping @Sendable (Occurrence<E>, Transaction) throws -> [MetricChange]
    ) {
      reaction = { metric in
        Reaction(to: event) { occurrence, tx in
          for change in try body(occurrence, tx) {
            try tx.metrics.count(change, in: metric, occurrence.recorded)
          }
        }
      }
    }
  }
}

/// Something that counts in a ``Metric``.
public struct MetricEntry: Hashable, Sendable {
  /// How much.
  public let amount: Int

  /// When it was.
  public let at: Instant

  /// So much at an instant.
  public init(amount: Int = 1, at: Instant) {
    self.amount = amount
    self.at = at
  }
}

/// How a customer's figure of a ``Metric`` changes.
public enum MetricChange: Hashable, Sendable {
  /// Something more counts.
  case entry(Customer.ID, MetricEntry)

  /// Something was changed or taken out: the figure is made of the records again.
  case recounting(Customer.ID)

  /// Something more counts.
  public static func counting(_ customer: Customer.ID, amount: Int = 1, at: Instant) -> Self {
    .entry(customer, MetricEntry(amount: amount, at: at))
  }
}
