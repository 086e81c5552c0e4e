import CRMStorage

/// What a storage or the model says to one move.
enum HistoryReply: Sendable {
  case done
  case refused(Refusal)
  case answer(String)

  /// A refusal; of the model, with every place in which the obstacle may be reported.
  struct Refusal: Sendable {
    var code: StorageError.Code
    var record: String
    var identifier: String
    /// Fields and holders: `code 0190…`.
    var places: Set<String> = []
  }

  var isRefusal: Bool {
    if case .refused = self { true } else { false }
  }

  /// Whether a storage may reply so where the model replies this.
  func allows(_ found: HistoryReply) -> Bool {
    switch (self, found) {
    case (.done, .done): true
    case (.answer(let expected), .answer(let found)): expected == found
    case (.refused(let expected), .refused(let found)):
      expected.code == found.code && expected.record == found.record
        && expected.identifier == found.identifier
        && (expected.places.isEmpty || expected.places.isSuperset(of: found.places))
    default: false
    }
  }
}

extension HistoryReply {
  /// The refusal that a storage threw.
  init(_ error: StorageError) {
    self = .refused(
      Refusal(
        code: error.code, record: error.record ?? "", identifier: error.identifier ?? "",
        places: [Self.place(error.field, error.holder)]))
  }

  static func place(_ field: String?, _ holder: String?) -> String {
    "\(field ?? "-") \(holder ?? "-")"
  }
}
