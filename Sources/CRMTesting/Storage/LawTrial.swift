import CRMStorage

/// A storage on trial.
struct LawTrial: Sendable {
  /// The kinds of record that laws work with.
  static let kinds: [any Record.Type] = [
    Crew.self, Sailor.self, Postcard.self, Locker.self, Specimen.self, Sparse.self,
  ]

  /// Where a storage on trial keeps its rows.
  struct Place: Sendable {
    /// Makes a storage over the place, not open yet: the first one, or another.
    let make: @Sendable () async throws -> any Storage
    /// Makes a storage over a place beside it, which is empty at first.
    let makeElsewhere: @Sendable () async throws -> any Storage
    /// Makes a storage over a place for the durability, empty at first.
    var makeDurable: (@Sendable (Durability) async throws -> any Storage)?
    /// How many bytes the files of a closed storage take.
    let size: @Sendable () throws -> Int
    /// A folder for files that belong to no storage.
    let folder: String
    /// Damages what a closed storage has left there.
    var damage: (@Sendable () throws -> Void)?
  }

  let storage: any Storage
  let place: Place

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await storage.read(body)
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await storage.write(body)
  }
}

extension StorageWriter {
  /// Adds a row as it is kept.
  func add<R: Record>(_ row: R) throws { try insert(try R.schema.hold(row)) }

  /// Adds a row as it is kept, and hands it back.
  func added<R: Record>(_ row: R) throws -> Held<R> {
    let held = try R.schema.hold(row)
    try insert(held)
    return held
  }

  /// Changes the row of an identifier, or a row made up where there is none.
  func change<R: Record>(_ id: Identifier<R>, else blank: R? = nil, _ edit: (inout R) -> Void)
    throws
  {
    guard let old = try get(id) ?? blank.map({ Held($0) }) else {
      throw Unmet(expected: "\(R.schema.name) \(id)", found: "nothing")
    }
    var row = old.row
    edit(&row)
    try update(try R.schema.hold(row), from: old)
  }

  /// Removes the row of an identifier.
  func remove<R: Record>(_ id: Identifier<R>) throws {
    guard let row = try get(id) else {
      throw Unmet(expected: "\(R.schema.name) \(id)", found: "nothing")
    }
    try delete(row)
  }
}

extension StorageReader {
  /// The identifiers of the rows a query asks for.
  func ids<R: Record>(_ query: Query<R>) throws -> [Identifier<R>] {
    try rows(query).map(\.id)
  }
}

extension Identifier {
  /// Identifiers in order, whose halves tell apart those who compare only one of them.
  static func nth(_ n: Int) -> Self {
    Self(high: 0x0190_0000_0000_7000 + UInt64(n), low: lastLow - UInt64(n))
  }

  /// Which of the identifiers this is.
  var ordinal: Int { Int(lastLow - low) }
}

private let lastLow: UInt64 = 0xF000_0000_0000_0000
