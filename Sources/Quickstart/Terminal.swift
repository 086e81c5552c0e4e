import Foundation

/// A line that tells how far a program is, for a person who waits.
enum Terminal {
  private static let isInteractive = isatty(STDERR_FILENO) == 1

  /// Shows a line in place of the last, where someone looks.
  static func progress(_ text: String) {
    guard isInteractive else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// Takes the line away.
  static func endProgress() {
    progress("")
  }
}
