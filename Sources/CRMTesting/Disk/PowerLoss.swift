/// What a loss of power takes of all that the disk had not been told to make safe.
///
/// What a sync had made safe is there in every case.
public enum PowerLoss: String, CaseIterable, Hashable, Sendable {
  /// Nothing, as where only the program was killed.
  case nothing

  /// Everything: contents, sizes and names are those of the last sync.
  case everything

  /// All that was done after some moment; a write at that moment is there in part.
  case tail

  /// Any of it, in any order: each sector of 512 bytes, each size, and each name made, changed
  /// or removed is as new or as old as the disk happened to have it.
  case scattered

  /// As ``scattered``, and sectors may be torn: the beginning new, the rest as it was before.
  case torn
}
