/// When what was written is safe from a loss of power.
///
/// Whatever is chosen, a crash of the process alone loses nothing that a write has returned from,
/// and a loss of power leaves each write whole or absent as a whole, with none missing before one
/// that is there.
public enum Durability: Sendable, Hashable {
  /// When `write` returns. Where a storage can, writes that wait at the same time share one wait
  /// for the disk.
  case everyCommit

  /// At most this long after `write` has returned: a loss of power can take back what was written
  /// since.
  case grouped(within: Duration)

  /// When `close` returns, or the store writes down where it stands by itself: a loss of power
  /// can take back everything since.
  case onClose
}
