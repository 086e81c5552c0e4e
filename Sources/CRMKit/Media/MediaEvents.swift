/// A file was described.
public struct MediaAdded: Event {
  /// The file.
  public var item: MediaItem.ID
  /// What it is.
  public var kind: MediaItem.Kind

  public static let name = "media.added"

  private struct Fields: Sendable {
    let item = Field<MediaAdded, MediaItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
    let kind = Field<MediaAdded, MediaItem.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: MediaAdded(item: .zero, kind: .document))
}

/// The description of a file was changed; the recorded event has the fields.
public struct MediaUpdated: Event {
  /// The file.
  public var item: MediaItem.ID

  public static let name = "media.updated"

  private struct Fields: Sendable {
    let item = Field<MediaUpdated, MediaItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: MediaUpdated(item: .zero))
}

/// The description of a file was taken out; the recorded event has what it held.
public struct MediaRemoved: Event {
  /// The file.
  public var item: MediaItem.ID

  public static let name = "media.removed"

  private struct Fields: Sendable {
    let item = Field<MediaRemoved, MediaItem.ID>(
      "item", { $0.item }, { $0.item = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: MediaRemoved(item: .zero))
}
