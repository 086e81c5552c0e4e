import CRMStorage

/// The error of a closure that is expected to fail.
public nonisolated(nonsending) func failure(
  _ body: nonisolated(nonsending) () async throws -> Void
) async -> StorageError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? StorageError
  }
}
