import Foundation

/// What the quickstart was asked on the command line.
struct Options {
  private var file: String?
  private(set) var store = "quickstart.crm"

  struct Misuse: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard ["--input", "--store"].contains(option), let value = rest.popFirst() else {
        throw Misuse(
          description: "usage: quickstart [--input PURCHASES.txt] [--store STORE.crm]")
      }
      if option == "--input" { file = value } else { store = value }
    }
  }

  /// Whether the purchases are those that come with the quickstart.
  var isSample: Bool { file == nil }

  var inputName: String {
    file ?? "the CDNOW sample"
  }

  /// The bytes of the purchase history.
  func input() throws -> [UInt8] {
    guard
      let path = file
        ?? Bundle.module.path(forResource: "CDNOW_sample", ofType: "txt", inDirectory: "Data")
    else { throw Misuse(description: "the CDNOW sample is not beside the program") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Misuse(description: "cannot read \(path)")
    }
    return Array(data)
  }
}
