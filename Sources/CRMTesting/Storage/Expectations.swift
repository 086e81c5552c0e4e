import CRMStorage

/// What a trial expected and did not find.
struct Unmet: Error {
  let expected: String
  let found: String
  var fileID = #fileID
  var line = #line
}

/// Goes on if something holds.
func expect(
  _ holds: Bool, _ expected: String, found: @autoclosure () -> String = "the opposite",
  fileID: String = #fileID, line: Int = #line
) throws {
  guard holds else {
    throw Unmet(expected: expected, found: found(), fileID: fileID, line: line)
  }
}

/// Goes on if two values are equal.
func expect<T: Equatable>(
  _ found: T, is expected: T, _ what: String = "", fileID: String = #fileID, line: Int = #line
) throws {
  guard found != expected else { return }
  let label = what.isEmpty ? "" : "\(what): "
  throw Unmet(
    expected: label + brief(expected), found: label + brief(found), fileID: fileID, line: line)
}

/// Goes on, with the failure, if a closure fails in a certain way.
@discardableResult
func expect(
  _ code: StorageError.Code, _ what: String = "", fileID: String = #fileID, line: Int = #line,
  from body: () throws -> Void
) throws -> StorageError {
  let expected = what.isEmpty ? "\(code)" : "\(what): \(code)"
  do {
    try body()
  } catch let error as StorageError {
    guard error.code != code else { return error }
    throw Unmet(expected: expected, found: "\(error)", fileID: fileID, line: line)
  } catch {
    throw Unmet(expected: expected, found: "\(error)", fileID: fileID, line: line)
  }
  throw Unmet(expected: expected, found: "no error", fileID: fileID, line: line)
}

/// Goes on, with the failure, if an operation fails in a certain way.
@discardableResult
func expectFailure(
  _ code: StorageError.Code, _ what: String = "", fileID: String = #fileID, line: Int = #line,
  from body: () async throws -> Void
) async throws -> StorageError {
  let outcome: Result<Void, any Error>
  do {
    outcome = .success(try await body())
  } catch {
    outcome = .failure(error)
  }
  return try expect(code, what, fileID: fileID, line: line) { try outcome.get() }
}

/// An error that only a trial throws, to be recognised again.
struct Interruption: Error, Equatable {
  var number = 0
}

/// Goes on if a transaction ends with this interruption.
func expectInterruption(
  _ number: Int = 0, fileID: String = #fileID, line: Int = #line,
  from body: () async throws -> Void
) async throws {
  do {
    try await body()
  } catch let interruption as Interruption where interruption.number == number {
    return
  } catch let error where !(error is Unmet) {
    throw Unmet(
      expected: "the closure's own error", found: "\(error)", fileID: fileID, line: line)
  }
  throw Unmet(expected: "the closure's own error", found: "none", fileID: fileID, line: line)
}

private func brief(_ value: some Any) -> String {
  let text = String(describing: value)
  return text.count > 2_000 ? text.prefix(2_000) + "…" : text
}
