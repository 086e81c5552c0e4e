import CRMStorage

/// A record whose fields can all be missing.
struct Sparse: Record {
  let id: Identifier<Sparse>
  var flag: Bool?
  var count: Int?
  var wide: Int64?
  var ratio: Double?
  var text: String?
  var moment: Instant?
  var day: CalendarDate?
  var link: Identifier<Sparse>?
  var blob: Blob?
  var grade: Specimen.Grade?
  var wage: Wage?
  var words: [String]?
  var named: [String: Int]?
  var place: Harbour?

  struct Fields: Sendable {
    let flag = Field<Sparse, Bool?>("flag", { $0.flag }, { $0.flag = $1 })
    let count = Field<Sparse, Int?>("count", { $0.count }, { $0.count = $1 })
    let wide = Field<Sparse, Int64?>("wide", { $0.wide }, { $0.wide = $1 })
    let ratio = Field<Sparse, Double?>("ratio", { $0.ratio }, { $0.ratio = $1 })
    let text = Field<Sparse, String?>("text", { $0.text }, { $0.text = $1 })
    let moment = Field<Sparse, Instant?>("moment", { $0.moment }, { $0.moment = $1 })
    let day = Field<Sparse, CalendarDate?>("day", { $0.day }, { $0.day = $1 })
    let link = Field<Sparse, Identifier<Sparse>?>("link", { $0.link }, { $0.link = $1 })
    let blob = Field<Sparse, Blob?>("blob", { $0.blob }, { $0.blob = $1 })
    let grade = Field<Sparse, Specimen.Grade?>("grade", { $0.grade }, { $0.grade = $1 })
    let wage = Field<Sparse, Wage?>("wage", { $0.wage }, { $0.wage = $1 })
    let words = Field<Sparse, [String]?>("words", { $0.words }, { $0.words = $1 })
    let named = Field<Sparse, [String: Int]?>("named", { $0.named }, { $0.named = $1 })
    let place = Field<Sparse, Harbour?>("place", { $0.place }, { $0.place = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Sparse>(
    "sparse", fields,
    indexes: [.ordered(fields.wide), .ordered(fields.text), .ordered(fields.flag)],
    blank: { Sparse(id: $0) })
}

extension Sparse {
  /// A row that has every value.
  static func full(_ id: Identifier<Sparse>) -> Sparse {
    Sparse(
      id: id, flag: false, count: 0, wide: -1, ratio: 0.5, text: "text", moment: .latest,
      day: CalendarDate(daysSinceEpoch: 1), link: .zero, blob: Blob([1]), grade: .high,
      wage: Wage(cents: 5, currency: "EUR"), words: ["a"], named: ["a": 1],
      place: Harbour(street: "b"))
  }
}
