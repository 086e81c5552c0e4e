import CRMStorage

/// A structure within a record.
struct Place: Described, Codable {
  var street = ""
  var lines: [String] = []
  var spot: Spot?
  var fee: Fee?

  static let layout = Layout(Fields(), blank: Place())

  struct Fields: Sendable {
    let street = Field<Place, String>("street", { $0.street }, { $0.street = $1 })
    let lines = Field<Place, [String]>("lines", { $0.lines }, { $0.lines = $1 })
    let spot = Field<Place, Spot?>("spot", { $0.spot }, { $0.spot = $1 })
    let fee = Field<Place, Fee?>("fee", { $0.fee }, { $0.fee = $1 })
  }
}

/// A structure within a structure.
struct Spot: Described, Codable {
  var north = 0.0
  var east = 0.0

  static let layout = Layout(Fields(), blank: Spot())

  struct Fields: Sendable {
    let north = Field<Spot, Double>("north", { $0.north }, { $0.north = $1 })
    let east = Field<Spot, Double>("east", { $0.east }, { $0.east = $1 })
  }
}
