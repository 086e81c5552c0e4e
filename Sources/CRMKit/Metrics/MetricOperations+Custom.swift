extension MetricOperations {
  /// A customer's figure of the host's own.
  ///
  /// - Parameters:
  ///   - name: The name of the ``Metric``.
  ///   - customer: The customer.
  /// - Throws: ``CRMError/Code/invalid`` for a name that no metric of the CRM has.
  /// - Complexity: O(log *n*). Where nothing happened since the store has the figure, it is made
  ///   of the customer's records.
  public func figure(_ name: String, of customer: Customer.ID) throws -> MetricFigure {
    let metric = try metric(name)
    return try row(name, of: customer)
      ?? recounted(metric, MetricFigure(id: .zero, customer: customer, name: name))
  }

  /// Counts what an event changed.
  func count(_ change: MetricChange, in metric: Metric, _ event: RecordedEvent) throws {
    switch change {
    case .recounting(let customer):
      try recount(metric, of: customer, try row(metric.name, of: customer))
    case .entry(let customer, let entry):
      guard var figure = try row(metric.name, of: customer) else {
        return try recount(metric, of: customer, nil)
      }
      guard event.id.number > figure.countedTo else { return }
      try figure.add(entry)
      try figures.put(figure)
    }
  }

  func recount(_ metric: Metric, of customer: Customer.ID, _ old: MetricFigure?) throws {
    var figure = try recounted(
      metric,
      MetricFigure(
        id: old?.id ?? transaction.makeIdentifier(), customer: customer, name: metric.name))
    figure.countedTo = try lastEvent()
    try figures.put(figure)
  }

  func recounted(_ metric: Metric, _ blank: MetricFigure) throws -> MetricFigure {
    var figure = blank
    for entry in try metric.recompute(blank.customer, transaction) { try figure.add(entry) }
    return figure
  }

  func row(_ name: String, of customer: Customer.ID) throws -> MetricFigure? {
    try figures.first(where: { $0.customer == customer && $0.name == name })
  }

  private func metric(_ name: String) throws(CRMError) -> Metric {
    let custom = settings.custom
    if let metric = custom.first(where: { $0.name == name }) { return metric }
    let near = nearest(to: name, among: custom.map(\.name))
    throw CRMError.invalid(
      "metric_figures",
      [.init("name", "is unknown" + (near.map { "; did you mean “\($0)”?" } ?? ""))])
  }
}
