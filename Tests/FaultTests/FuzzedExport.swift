#if os(Linux)
import TestSupport
import Testing

@testable import CRMStorage
@testable import CRMTesting

/// A small export with every kind of value, to be spoilt.
struct FuzzedExport {
  private let lines: [[UInt8]]

  /// How many bytes it has.
  var size: Int { lines.reduce(0) { $0 + $1.count + 1 } }

  init() async throws {
    let storage = MemoryStorage()
    try await storage.open(FuzzedStores.catalog)
    try await storage.write { store in
      try FuzzedStores.addRows(to: store)
      try Ledger(writer: 0).write(store)
    }
    var lines: [[UInt8]] = []
    try await storage.read { try $0.export { lines.append($0) } }
    self.lines = lines
  }

  /// The export with something else in it, as the bytes of a file.
  func spoilt(_ seed: UInt64) -> [UInt8] {
    var mutation = Mutation(seed: seed)
    var lines = lines
    for _ in 0..<mutation.number(1...2) { changeLines(&lines, &mutation) }
    // Half of them say that they are whole, so that what is behind the checksum is looked at.
    if mutation.happens(onceIn: 2) {
      var sum = LineChecksum()
      for line in lines.dropLast() { sum.add(line) }
      lines[lines.count - 1] = ExportFormat.end(sum.end, JSONWriter())
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
  }

  private func changeLines(_ lines: inout [[UInt8]], _ mutation: inout Mutation) {
    let position = mutation.number(0...(lines.count - 1))
    let other = mutation.number(0...(lines.count - 1))
    switch mutation.number(0...9) {
    case 0 where lines.count > 1: lines.remove(at: position)
    case 1: lines.insert(lines[position], at: other)
    case 2: lines.swapAt(position, other)
    case 3, 4, 5: mutation.change(&lines[position], others: lines[other])
    default: changeToken(of: &lines[position], &mutation)
    }
  }

  /// Puts something in the place of a number, a text or a bracket, which JSON allows or nearly so.
  private func changeToken(of line: inout [UInt8], _ mutation: inout Mutation) {
    let marks = line.indices.filter { #":,[{"0123456789"#.utf8.contains(line[$0]) }
    guard let mark = mutation.pick(marks) else { return }
    var end = mark + 1
    while end < line.count, !#",:]}""#.utf8.contains(line[end]) { end += 1 }
    let start = mutation.happens(onceIn: 3) ? mark : mark + 1
    let token = mutation.pick(Self.tokens) ?? ""
    if mutation.happens(onceIn: 3) { end = start }
    line.replaceSubrange(start..<end, with: token.utf8)
  }

  private static let tokens = [
    "9223372036854775807", "-9223372036854775808", "18446744073709551616", "-0", "1e999", "1e-999",
    "nan", "0x10", "null", "true", "{}", "[]", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"",
    "\"\\u00", "\"e\\u0301\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999+23:59\"",
    "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"rows number\"", "\"rows identifier\\nfield a\"",
    String(repeating: "[", count: 500), String(repeating: "{\"a\":", count: 500),
    "\"\(String(repeating: "long ", count: 500))\"", "\"\(String(repeating: "é", count: 501))\"",
    String(repeating: "[{},", count: 200), String(repeating: "[", count: 63) + "]",
    String(repeating: "9", count: 400), "\",\"x\":\"", "}{", "\u{FEFF}", "\t \r",
  ]

  /// Imports a file into a store, which is sound then, or as empty as it was.
  static func look(at bytes: [UInt8], _ place: String) async throws {
    let disk = SimulatedDisk()
    let file = try disk.open("export", .create)
    try bytes.withUnsafeBytes { try file.append($0) }
    let storage = MemoryStorage()
    try await storage.open(FuzzedStores.catalog)
    let reader = LineReader(file)
    do {
      try await storage.import { try reader.next() }
      let report = try await storage.verify()
      if !report.isSound { Issue.record("\(place): \(report)") }
      try await storage.read { try $0.export { _ in } }
    } catch is StorageError {
      // Whatever is left is told by name.
      try await storage.read { try $0.checkIsEmpty() }
    } catch {
      Issue.record("\(place): \(error)")
    }
  }
}
#endif
