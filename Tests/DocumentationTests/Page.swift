import Foundation
import Testing

/// A page of the documentation, read from the checkout.
struct Page {
  let name: String
  private let lines: [String]

  init(_ name: String) throws {
    self.name = name
    lines = try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
      .components(separatedBy: "\n")
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The README and every page of `Documentation/`.
  static var all: [String] {
    get throws {
      let folder = root.appendingPathComponent("Documentation")
      let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return ["README.md"]
        + pages.filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
    }
  }

  /// The code blocks of a language, line by line.
  func blocks(_ language: String) -> [[String]] {
    var blocks: [[String]] = []
    var current: [String]?
    for line in lines {
      if line.hasPrefix("```") {
        if let block = current { blocks.append(block) }
        current = current == nil && line == "```\(language)" ? [] : nil
      } else {
        current?.append(line)
      }
    }
    return blocks
  }

  /// The targets of links to files.
  var links: [String] {
    lines.flatMap { line in
      line.components(separatedBy: "](").dropFirst().compactMap {
        $0.components(separatedBy: ")").first
      }
    }
    .filter { !$0.hasPrefix("http") && !$0.hasPrefix("#") }
  }
}

/// What a page's code prints, to be held against what the page says it prints.
final class Output {
  private(set) var lines: [String] = []

  func append(_ items: [Any]) {
    lines.append(items.map { "\($0)" }.joined(separator: " "))
  }

  /// Checks that a text block of a page says what was printed since the last check.
  func isShown(on page: String, _ location: SourceLocation = #_sourceLocation) throws {
    let blocks = try Page(page).blocks("text")
    #expect(blocks.contains(lines), "printed \(lines)", sourceLocation: location)
    lines = []
  }
}
