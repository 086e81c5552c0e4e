extension CustomerOperations {
  /// The failure of a file with problems, to which those external ids belong that another
  /// customer holds.
  func refusal(
    _ problems: [CRMError.Issue], of ids: [ExternalID], besides id: Customer.ID? = nil
  ) throws -> CRMError {
    let taken = try taken(ids, besides: id)
    var error = CRMError.invalid("customers", problems + taken.map(\.issue))
    error.holder = taken.first?.holder.description
    return error
  }

  /// Keeps a file; where another customer holds one of its external ids, the failure names all
  /// that others hold, and not only the first.
  func keeping<Result>(
    _ ids: [ExternalID], besides id: Customer.ID, _ keep: () throws -> Result
  ) throws -> Result {
    do {
      return try keep()
    } catch var error as CRMError where error.code == .duplicate && error.record == "customers" {
      let taken = try taken(ids, besides: id)
      guard !taken.isEmpty else { throw error }
      error.issues = taken.map(\.issue)
      error.holder = taken.first?.holder.description
      throw error
    }
  }

  private func taken(_ ids: [ExternalID], besides id: Customer.ID?) throws -> [(
    issue: CRMError.Issue, holder: Customer.ID
  )] {
    guard ids.count <= CustomerRules.mostEntries else { return [] }
    return try ids.enumerated().compactMap { index, name in
      guard let holder = try find(name)?.id, holder != id else { return nil }
      return (.init("external_ids[\(index)]", "is held by customer \(holder)"), holder)
    }
  }
}
