import CRMStorage

/// A record with a required field of every kind.
struct Specimen: Record {
  enum Grade: String, FieldValue, Codable { case low, high }
  enum Level: Int, FieldValue, Codable { case one = 1, two }

  struct Tag: RawRepresentable, FieldValue, Codable { var rawValue: String }

  let id: Identifier<Specimen>
  var flag = false
  var count = 0
  var wide: Int64 = 0
  var ratio = 0.0
  var text = ""
  var moment = Instant(milliseconds: 0)
  var day = CalendarDate(daysSinceEpoch: 0)
  var link = Identifier<Specimen>.zero
  var blob = Blob([])
  var grade = Grade.low
  var level = Level.one
  var wage = Wage(cents: 0, currency: "EUR")
  var words: [String] = []
  var wages: [Wage] = []
  var wageGaps: [Wage?] = []
  var wagesByName: [String: Wage] = [:]
  var tag = Tag(rawValue: "")
  var gaps: [Int?] = []
  var nested: [[Double]] = []
  var named: [String: String] = [:]
  var moments: [String: Instant] = [:]
  var place = Harbour()
  var places: [Harbour] = []

  struct Fields: Sendable {
    let flag = Field<Specimen, Bool>("flag", { $0.flag }, { $0.flag = $1 })
    let count = Field<Specimen, Int>("count", { $0.count }, { $0.count = $1 })
    let wide = Field<Specimen, Int64>("wide", { $0.wide }, { $0.wide = $1 })
    let ratio = Field<Specimen, Double>("ratio", { $0.ratio }, { $0.ratio = $1 })
    let text = Field<Specimen, String>("text", { $0.text }, { $0.text = $1 })
    let moment = Field<Specimen, Instant>("moment", { $0.moment }, { $0.moment = $1 })
    let day = Field<Specimen, CalendarDate>("day", { $0.day }, { $0.day = $1 })
    let link = Field<Specimen, Identifier<Specimen>>("link", { $0.link }, { $0.link = $1 })
    let blob = Field<Specimen, Blob>("blob", { $0.blob }, { $0.blob = $1 })
    let grade = Field<Specimen, Grade>("grade", { $0.grade }, { $0.grade = $1 })
    let level = Field<Specimen, Level>("level", { $0.level }, { $0.level = $1 })
    let wage = Field<Specimen, Wage>("wage", { $0.wage }, { $0.wage = $1 })
    let words = Field<Specimen, [String]>("words", { $0.words }, { $0.words = $1 })
    let wages = Field<Specimen, [Wage]>("wages", { $0.wages }, { $0.wages = $1 })
    let wageGaps = Field<Specimen, [Wage?]>("wage_gaps", { $0.wageGaps }, { $0.wageGaps = $1 })
    let wagesByName = Field<Specimen, [String: Wage]>(
      "wages_by_name", { $0.wagesByName }, { $0.wagesByName = $1 })
    let tag = Field<Specimen, Tag>("tag", { $0.tag }, { $0.tag = $1 })
    let gaps = Field<Specimen, [Int?]>("gaps", { $0.gaps }, { $0.gaps = $1 })
    let nested = Field<Specimen, [[Double]]>("nested", { $0.nested }, { $0.nested = $1 })
    let named = Field<Specimen, [String: String]>("named", { $0.named }, { $0.named = $1 })
    let moments = Field<Specimen, [String: Instant]>(
      "moments", { $0.moments }, { $0.moments = $1 })
    let place = Field<Specimen, Harbour>("place", { $0.place }, { $0.place = $1 })
    let places = Field<Specimen, [Harbour]>("places", { $0.places }, { $0.places = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Specimen>(
    "specimens", fields, indexes: [.ordered(fields.wide), .ordered(fields.ratio)],
    blank: { Specimen(id: $0) })
}
