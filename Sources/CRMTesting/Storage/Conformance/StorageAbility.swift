/// What some storages can do beyond the contract, and the laws that show it.
public struct StorageAbility: Sendable, Identifiable {
  /// A name that stays the same from version to version.
  public let id: String

  /// What the storage can do, in words.
  public let title: String

  let laws: [StorageLaw]

  /// Rows outlive the storage: another one over the same folder has them.
  public static let survival = StorageAbility(
    id: "survival", title: "rows outlive the storage", laws: StorageLaw.survival)

  /// When a write is safe from a loss of power is a choice: every ``Durability`` there is.
  public static let durability = StorageAbility(
    id: "durability", title: "when writes are safe is a choice",
    laws: [StorageLaw.durability])

  /// Several storages, in one process or in many, can be open over one store.
  public static let handles = StorageAbility(
    id: "handles", title: "several storages over one store", laws: StorageLaw.handles)

  /// However long a read or a write takes, reads beside it do not wait, nor do writes for reads.
  public static let concurrency = StorageAbility(
    id: "concurrency", title: "reads wait for nobody, and nobody for them",
    laws: StorageLaw.beside)

  /// What an index leads to is found without looking at every row.
  public static let indexes = StorageAbility(
    id: "indexes", title: "indexes spare looking at every row", laws: [StorageLaw.indexes])

  /// Conditions are looked at by the store itself, before it makes rows.
  public static let filters = StorageAbility(
    id: "filters", title: "conditions are looked at by the store itself",
    laws: [StorageLaw.nativeFilters])

  /// The values of a field of many texts are read in order, without the rows that have them.
  public static let entries = StorageAbility(
    id: "entries", title: "values of many are read without their rows",
    laws: [StorageLaw.entries])

  /// Rows that are asked for together are fetched together.
  public static let lookUps = StorageAbility(
    id: "look-ups", title: "many rows are looked up at once", laws: [StorageLaw.lookUps])

  /// Rows are loaded as they come, without holding back those whose references are not there yet.
  public static let loading = StorageAbility(
    id: "loading", title: "loading holds no row back", laws: [StorageLaw.loading])

  /// A backup is of the store's own making, not an export: it has rows of kinds left out.
  public static let backup = StorageAbility(
    id: "backup", title: "backups have rows of kinds left out", laws: [StorageLaw.wholeBackup])

  /// Compacting makes the files smaller.
  public static let compaction = StorageAbility(
    id: "compaction", title: "compacting gives back room", laws: [StorageLaw.compaction])

  /// Damage is noticed, at the latest by verification.
  public static let damage = StorageAbility(
    id: "damage", title: "damage is noticed", laws: [StorageLaw.damage])

  /// Every ability there is.
  public static let all = [
    survival, durability, handles, concurrency, indexes, filters, entries, lookUps, loading,
    backup, compaction, damage,
  ]
}

extension StorageAbility: Hashable {
  public static func == (a: StorageAbility, b: StorageAbility) -> Bool { a.id == b.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension StorageAbility: CustomStringConvertible {
  public var description: String { title }
}
