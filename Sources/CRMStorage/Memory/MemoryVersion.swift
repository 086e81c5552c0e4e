/// Everything a store holds at one moment.
struct MemoryVersion: @unchecked Sendable {
  // Proof: the trees within are changed only where they are uniquely referenced, which what is
  // shared between threads is not; their payloads are immutable boxes of Sendable rows.

  let shape: MemoryShape
  var tables: [MemoryTable]

  /// The tables of a catalog and of the kinds that only earlier openings asked for.
  ///
  /// Those of the same type as before have their rows, the others are empty.
  init(_ catalog: Catalog, keeping old: MemoryVersion?) {
    shape = MemoryShape(catalog, keeping: old?.shape)
    tables = zip(shape.kept, shape.coders).map { kind, coder in
      if let old, let before = old.shape.kept.firstIndex(where: { $0.isSame(as: kind) }) {
        return old.tables[before]
      }
      return MemoryTable(indexes: coder.indexes.count)
    }
  }

  /// Tables that were read from somewhere else, one for each kind of a shape.
  init(_ shape: MemoryShape, tables: [MemoryTable]) {
    self.shape = shape
    self.tables = tables
  }
}

/// What all versions of a store have in common until it is opened anew; one reference, so that
/// taking a version counts few.
final class MemoryShape: Sendable {
  /// The kinds that were asked for.
  let catalog: Catalog

  /// Those and, after them, the kinds that only earlier openings asked for.
  let kept: [KeptKind]

  // One of each for every kind that is kept.
  let coders: [MemoryCoder]
  let referrers: [[Referrer]]

  /// An index that leads from a row to those that refer to it.
  struct Referrer {
    let table: Int
    let index: Int
    let place: String
  }

  convenience init(_ catalog: Catalog, keeping old: MemoryShape?) {
    let former = (old?.kept ?? []).filter { catalog.schema(named: $0.name) == nil }
    self.init(catalog, kept: catalog.schemas.map(KeptKind.typed) + former)
  }

  init(_ catalog: Catalog, kept: [KeptKind]) {
    self.catalog = catalog
    self.kept = kept
    coders = Self.coders(of: kept)
    var referrers: [[Referrer]] = Array(repeating: [], count: kept.count)
    for (position, coder) in coders.enumerated() {
      for reference in coder.references {
        guard let index = reference.index else { continue }
        referrers[reference.target].append(
          Referrer(
            table: position, index: index, place: "\(kept[position].name).\(reference.field)"))
      }
    }
    self.referrers = referrers
  }

  static func coders(of kept: [KeptKind]) -> [MemoryCoder] {
    let positions = Dictionary(
      zip(kept.map(\.name), kept.indices), uniquingKeysWith: { first, _ in first })
    return kept.map { kind in kind.coder { positions[$0] } }
  }
}

/// A kind of record as tables in memory keep it.
enum KeptKind: Sendable {
  /// With its own type.
  case typed(any AnySchema)

  /// As a program wrote it whose types are not known here.
  case untyped(StoredKind)

  /// The stored name.
  var name: String {
    switch self {
    case .typed(let schema): schema.name
    case .untyped(let kind): kind.name
    }
  }

  /// The kind as a store holds it.
  var stored: StoredKind {
    switch self {
    case .typed(let schema): schema.storedKind
    case .untyped(let kind): kind
    }
  }

  /// Whether rows of another kind are boxed the same way.
  func isSame(as other: KeptKind) -> Bool {
    switch (self, other) {
    case (.typed(let a), .typed(let b)): a === b
    case (.untyped(let a), .untyped(let b)): a == b
    default: false
    }
  }

  func coder(position: (String) -> Int?) -> MemoryCoder {
    switch self {
    case .typed(let schema): Self.coder(of: schema.recordType, position: position)
    case .untyped(let kind): MemoryCoder(kind, position: position)
    }
  }

  private static func coder<R: Record>(
    of record: R.Type, position: (String) -> Int?
  ) -> MemoryCoder {
    MemoryCoder(record, position: position)
  }
}
