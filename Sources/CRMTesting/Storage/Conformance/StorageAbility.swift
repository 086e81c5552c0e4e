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

  /// Damage is noticed, at the latest by verification.
  public static let damage = StorageAbility(
    id: "damage", title: "damage is noticed", laws: [StorageLaw.damage])

  /// Every ability there is.
  public static let all = [survival, handles, concurrency, indexes, filters, damage]
}

extension StorageAbility: Hashable {
  public static func == (a: StorageAbility, b: StorageAbility) -> Bool { a.id == b.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension StorageAbility: CustomStringConvertible {
  public var description: String { title }
}
