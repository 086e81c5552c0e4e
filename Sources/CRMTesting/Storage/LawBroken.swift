/// How a storage failed to keep a law.
public struct LawBroken: Error, Hashable, Sendable {
  /// The law, as a sentence.
  public let law: String

  /// What should have been.
  public let expected: String

  /// What was.
  public let found: String

  /// The seed that repeats the failure, where chance was involved.
  public let seed: UInt64?

  /// The file and module that state the law, as `#fileID` gives them.
  public let fileID: String

  /// The line that states what was expected.
  public let line: Int

  /// Describes a failure.
  public init(
    law: String, expected: String, found: String, seed: UInt64? = nil,
    fileID: String = #fileID, line: Int = #line
  ) {
    self.law = law
    self.expected = expected
    self.found = found
    self.seed = seed
    self.fileID = fileID
    self.line = line
  }
}

extension LawBroken: CustomStringConvertible {
  public var description: String {
    """
    Broken: \(law)\(seed.map { " (seed \($0))" } ?? "")
      expected: \(expected)
      found:    \(found)
      at:       \(fileID):\(line)
    """
  }
}
