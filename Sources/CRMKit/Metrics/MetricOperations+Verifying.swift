extension MetricOperations {
  /// Makes all figures of the records, and tells of each that is kept otherwise.
  ///
  /// - Complexity: O(*n* log *n*) in the records; it holds those of one customer at a time.
  func verify(_ report: inout VerificationReport) throws {
    try records.scan { held in
      let kept = held.row
      let counted = try recounted(kept.customer)
      compare(kept, counted.metrics, of: kept.customer, in: &report)
      let rows = try purchaseRows(of: kept.customer)
      for purchase in counted.purchases {
        let currency = purchase.revenue.currency
        let row = rows.first { $0.revenue.currency == currency }
        compare(
          row ?? PurchaseMetrics(id: .zero, customer: kept.customer, currency: currency), purchase,
          of: kept.customer, in: &report)
      }
      let currencies = Set(counted.purchases.map(\.revenue.currency))
      for row in rows where !currencies.contains(row.revenue.currency) {
        report.noteDamage(
          of: PurchaseMetrics.schema.name, id: "customer \(kept.customer)",
          "there is no order in \(row.revenue.currency)")
      }
      return true
    }
    let custom = Dictionary(settings.custom.map { ($0.name, $0) }) { first, _ in first }
    try figures.scan { held in
      // A figure the CRM is opened without is not kept up, and counted anew by no one.
      guard let metric = custom[held.row.name] else { return true }
      let counted = try recounted(
        metric, MetricFigure(id: held.row.id, customer: held.row.customer, name: held.row.name))
      compare(
        held.row, counted, of: held.row.customer, "“\(held.row.name)”: ", in: &report)
      return true
    }
  }

  private func compare<R: Record>(
    _ kept: R, _ counted: R, of customer: Customer.ID, _ label: String = "",
    in report: inout VerificationReport
  ) {
    for change in R.schema.changes(from: Held(kept), to: Held(counted))
    where change.field != CustomerMetrics.fields.countedTo.name {
      report.noteDamage(
        of: R.schema.name, field: change.field, id: "customer \(customer)",
        "\(label)it is kept as \(change.before), the records say \(change.after)")
    }
  }
}
