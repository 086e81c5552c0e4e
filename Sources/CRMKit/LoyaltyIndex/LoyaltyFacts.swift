/// What a customer's loyalty is measured by, as it was known at an instant.
struct LoyaltyFacts: Described, Codable {
  /// The version of the model by whose rules it was read.
  var modelVersion: Int
  var purchases = LoyaltyPurchases()
  var channels: [String] = []
  var wallet: [WalletShare] = []

  /// The latest answers, by what was asked and whom it is about.
  var answers: [Answers] = []
  var contributions = 0
  var advocacy = 0

  /// The latest answers to one question about the firm, a brand or an item.
  struct Answers: Described, Codable {
    var kind: String
    /// `nil` for the firm.
    var about: RecordReference?
    var count: Int
    /// How far they lie above the worst answer, added up.
    var sum: Int
    /// How far the best answer lies above the worst one.
    var span: Int

    private struct Fields: Sendable {
      let kind = Field<Answers, String>("kind", { $0.kind }, { $0.kind = $1 })
      let about = Field<Answers, RecordReference?>("about", { $0.about }, { $0.about = $1 })
      let count = Field<Answers, Int>("count", { $0.count }, { $0.count = $1 })
      let sum = Field<Answers, Int>("sum", { $0.sum }, { $0.sum = $1 })
      let span = Field<Answers, Int>("span", { $0.span }, { $0.span = $1 })
    }

    static let layout = Layout(Fields(), blank: Answers(kind: "", count: 0, sum: 0, span: 1))
  }

  private struct Fields: Sendable {
    let modelVersion = Field<LoyaltyFacts, Int>(
      "model_version", { $0.modelVersion }, { $0.modelVersion = $1 })
    let purchases = Field<LoyaltyFacts, LoyaltyPurchases>(
      "purchases", { $0.purchases }, { $0.purchases = $1 })
    let channels = Field<LoyaltyFacts, [String]>("channels", { $0.channels }, { $0.channels = $1 })
    let wallet = Field<LoyaltyFacts, [WalletShare]>("wallet", { $0.wallet }, { $0.wallet = $1 })
    let answers = Field<LoyaltyFacts, [Answers]>("answers", { $0.answers }, { $0.answers = $1 })
    let contributions = Field<LoyaltyFacts, Int>(
      "contributions", { $0.contributions }, { $0.contributions = $1 })
    let advocacy = Field<LoyaltyFacts, Int>("advocacy", { $0.advocacy }, { $0.advocacy = $1 })
  }

  static let layout = Layout(Fields(), blank: LoyaltyFacts(modelVersion: 1))
}

extension LoyaltyFacts {
  /// The answers to one question about the firm.
  func answers(_ kind: String) -> Answers? {
    answers.first { $0.kind == kind && $0.about == nil }
  }
}
