import CRMStorage

/// A structure within a record.
struct Harbour: Described, Codable {
  var street = ""
  var lines: [String] = []
  var buoy: Buoy?
  var wage: Wage?

  static let layout = Layout(Fields(), blank: Harbour())

  struct Fields: Sendable {
    let street = Field<Harbour, String>("street", { $0.street }, { $0.street = $1 })
    let lines = Field<Harbour, [String]>("lines", { $0.lines }, { $0.lines = $1 })
    let buoy = Field<Harbour, Buoy?>("buoy", { $0.buoy }, { $0.buoy = $1 })
    let wage = Field<Harbour, Wage?>("wage", { $0.wage }, { $0.wage = $1 })
  }
}

/// A structure within a structure.
struct Buoy: Described, Codable {
  var north = 0.0
  var east = 0.0

  static let layout = Layout(Fields(), blank: Buoy())

  struct Fields: Sendable {
    let north = Field<Buoy, Double>("north", { $0.north }, { $0.north = $1 })
    let east = Field<Buoy, Double>("east", { $0.east }, { $0.east = $1 })
  }
}
