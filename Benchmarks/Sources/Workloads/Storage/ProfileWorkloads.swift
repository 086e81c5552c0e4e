import CRMKit
import CRMSQLite
import Foundation
import GRDB

/// Rows of 20 columns in a table without secondary indexes.
public struct ProfileWorkloads: Sendable {
  private let profiles: [Profile]
  private let definition: String
  private let batch: Int

  /// Makes up so many rows.
  public init(rows: Int = Scale.canonical(100_000, small: 500), batch: Int = 1_000) async throws {
    profiles = (0..<rows).map(Profile.init(number:))
    self.batch = batch
    definition = try await Self.definition()
  }

  /// The table as CRMKit makes it, which every contender then uses.
  private static func definition() async throws -> String {
    let folder = try TemporaryFolder()
    try await crmStorage(folder).close()
    guard
      let table = try CDatabase(folder.file("profiles.db")).definitions().first(where: {
        $0.contains("TABLE \"profiles\"")
      })
    else { throw CFailure(message: "CRMKit made no table of profiles") }
    return table
  }

  private static func crmStorage(_ folder: TemporaryFolder) async throws -> SQLiteStorage {
    let storage = SQLiteStorage(at: folder.file("profiles.db"), durability: .onClose)
    try await storage.open(Catalog([Profile.self]))
    return storage
  }

  private func makeTable(_ folder: TemporaryFolder) throws {
    try CDatabase(folder.file("profiles.db")).run(definition)
  }

  private static func checksum(_ folder: TemporaryFolder) throws -> Checksum {
    try CDatabase(folder.file("profiles.db")).checksum(of: ["profiles"])
  }

  private func batches<Row>(_ rows: [Row]) -> [ArraySlice<Row>] {
    stride(from: 0, to: rows.count, by: batch).map { rows[$0..<min($0 + batch, rows.count)] }
  }
}

// MARK: - Inserting

extension ProfileWorkloads {
  /// CRMKit, the fast record, the codable one, and the C calls; a row an operation.
  public var inserts: (crm: Contender, fast: Contender, codable: Contender, limit: Contender) {
    (
      Contender("CRMKit", operations: profiles.count) { stopwatch in
        let folder = try TemporaryFolder()
        let storage = try await Self.crmStorage(folder)
        let batches = batches(profiles)
        try await stopwatch.measure {
          for batch in batches {
            try await storage.write { writer in
              for profile in batch { try writer.insert(Profile.schema.hold(profile)) }
            }
          }
        }
        await storage.close()
        return try Self.checksum(folder)
      },
      grdb("GRDB, hand-written record", FastProfile.init),
      grdb("GRDB, Codable record", CodableProfile.init),
      Contender("C calls", operations: profiles.count) { stopwatch in
        let folder = try TemporaryFolder()
        try makeTable(folder)
        let database = try CDatabase(folder.file("profiles.db"))
        let statement = try database.prepare(Profile.insertSQL)
        let json = JSONWriter()
        let batches = batches(profiles)
        try await stopwatch.measure {
          for batch in batches {
            try database.run("BEGIN IMMEDIATE")
            for profile in batch {
              statement.bind(profile, json)
              try statement.run()
            }
            try database.run("COMMIT")
          }
        }
        return try Self.checksum(folder)
      }
    )
  }

  private func grdb<Row: PersistableRecord & Sendable>(
    _ name: String, _ make: @escaping @Sendable (Profile) -> Row
  ) -> Contender {
    Contender(name, operations: profiles.count) { stopwatch in
      let folder = try TemporaryFolder()
      try makeTable(folder)
      let pool = try openGRDB(folder.file("profiles.db"))
      let batches = batches(profiles.map(make))
      try await stopwatch.measure {
        for batch in batches {
          try pool.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
              for row in batch { try row.insert(database) }
              return .commit
            }
          }
        }
      }
      try pool.close()
      return try Self.checksum(folder)
    }
  }
}

// MARK: - Reading

extension ProfileWorkloads {
  /// A file with all rows.
  private func filled() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let storage = try await Self.crmStorage(folder)
    try await storage.write { writer in
      for profile in profiles { try writer.insert(Profile.schema.hold(profile)) }
    }
    await storage.close()
    return folder
  }

  /// Reading every row as a struct: CRMKit, the fast record, the codable one, and the C calls.
  public func scans() async throws
    -> (crm: Contender, fast: Contender, codable: Contender, limit: Contender)
  {
    let folder = try await filled()
    let storage = try await Self.crmStorage(folder)
    let pool = try openGRDB(folder.file("profiles.db"))
    let count = profiles.count
    return (
      Contender("CRMKit", operations: count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        let sum = try await stopwatch.measure {
          try await storage.read { reader in
            var sum = 0
            try reader.scan(Query<Profile>()) { row in
              sum &+= row.row.weight
              return true
            }
            return sum
          }
        }
        return Checksum(sum)
      },
      Contender("GRDB, hand-written record", operations: count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        let sum = try await stopwatch.measure {
          try pool.read { database in
            var sum = 0
            let cursor = try FastProfile.fetchCursor(database)
            while let row = try cursor.next() { sum &+= row.weight }
            return sum
          }
        }
        return Checksum(sum)
      },
      Contender("GRDB, Codable record", operations: count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        let sum = try await stopwatch.measure {
          try pool.read { database in
            var sum = 0
            let cursor = try CodableProfile.fetchCursor(database)
            while let row = try cursor.next() { sum &+= row.weight }
            return sum
          }
        }
        return Checksum(sum)
      },
      Contender("C calls", operations: count) { stopwatch in
        let database = try CDatabase(folder.file("profiles.db"))
        let statement = try database.prepare("SELECT * FROM profiles")
        let sum = try await stopwatch.measure {
          var sum = 0
          while try statement.step() { sum &+= try statement.profile().weight }
          return sum
        }
        return Checksum(sum)
      }
    )
  }

  /// Finding rows by identifier in one read: CRMKit, the fast record, and the C calls.
  public func finds() async throws -> (crm: Contender, fast: Contender, limit: Contender) {
    let folder = try await filled()
    let storage = try await Self.crmStorage(folder)
    let pool = try openGRDB(folder.file("profiles.db"))
    var lottery = Lottery(3)
    let ids = (0..<profiles.count).map { _ in profiles[lottery.below(profiles.count)].id }
    let keys = ids.map { UUID($0) }
    return (
      Contender("CRMKit", operations: ids.count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        let sum = try await stopwatch.measure {
          try await storage.read { reader in
            var sum = 0
            for id in ids { sum &+= try reader.get(id)?.row.weight ?? 0 }
            return sum
          }
        }
        return Checksum(sum)
      },
      Contender("GRDB, hand-written record", operations: ids.count) { [folder] stopwatch in
        defer { withExtendedLifetime(folder) {} }
        let sum = try await stopwatch.measure {
          try pool.read { database in
            var sum = 0
            let statement = try database.cachedStatement(
              sql: "SELECT * FROM profiles WHERE id = ?")
            for key in keys {
              sum &+= try FastProfile.fetchOne(statement, arguments: [key])?.weight ?? 0
            }
            return sum
          }
        }
        return Checksum(sum)
      },
      Contender("C calls", operations: ids.count) { stopwatch in
        let database = try CDatabase(folder.file("profiles.db"))
        let statement = try database.prepare("SELECT * FROM profiles WHERE id = ?")
        let sum = try await stopwatch.measure {
          var sum = 0
          try database.run("BEGIN")
          for id in ids {
            statement.bind(id.high, id.low, at: 1)
            if try statement.step() { sum &+= try statement.profile().weight }
            statement.reset()
          }
          try database.run("COMMIT")
          return sum
        }
        return Checksum(sum)
      }
    )
  }
}
