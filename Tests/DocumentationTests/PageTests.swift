import Foundation
import Testing

@Suite("Documentation")
struct PageTests {
  @Test("Every piece of Swift is compiled and run by the tests", arguments: try Page.all)
  func code(page: String) throws {
    let folder = Page.root.appendingPathComponent("Tests/DocumentationTests")
    let sources = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
      try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
        .components(separatedBy: "\n").map(bare).filter { !$0.isEmpty }
    }
    for block in try Page(page).blocks("swift") {
      let code = block.map(bare).filter { !$0.isEmpty && !$0.hasPrefix("import ") }
      #expect(
        sources.contains { $0.contains(run: code) },
        "not in the tests: \(code.joined(separator: "\n"))")
    }
  }

  @Test("Every link leads to a file", arguments: try Page.all)
  func links(page: String) throws {
    let folder = Page.root.appendingPathComponent(page).deletingLastPathComponent()
    for link in try Page(page).links {
      let path = folder.appendingPathComponent(link).path
      #expect(FileManager.default.fileExists(atPath: path), "\(link)")
    }
  }

  @Test("The README is short")
  func length() throws {
    let text = try String(
      contentsOf: Page.root.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(text.components(separatedBy: "\n").count <= 160)
  }

  private func bare(_ line: String) -> String {
    line.trimmingCharacters(in: .whitespaces)
  }
}

extension Array where Element: Equatable {
  fileprivate func contains(run: [Element]) -> Bool {
    guard let first = run.first, count >= run.count else { return run.isEmpty }
    return indices.dropLast(run.count - 1).contains {
      self[$0] == first && self[$0..<($0 + run.count)].elementsEqual(run)
    }
  }
}
