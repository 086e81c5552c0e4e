/// Looks at the checksums of a store's files, as far as they count.
struct FileCheck {
  let folder: StoreFolder

  /// What is damaged, the first place of each file.
  func problems(
    chain: [Journal.Link], snapshot: (number: Int, size: Int)?
  ) -> [StorageError] {
    var files = chain.map { (StoreFile(.journal, $0.number), $0.length) }
    if let snapshot { files.append((StoreFile(.snapshot, snapshot.number), snapshot.size)) }
    return files.compactMap { file, end in
      do throws(StorageError) {
        try check(file, upTo: end)
        return nil
      } catch {
        return error
      }
    }
  }

  private func check(_ name: StoreFile, upTo end: Int) throws(StorageError) {
    let file = try folder.system.open(folder.path(of: name), .read)
    defer { file.close() }
    guard let (_, start) = try FileHeader.read(from: file, name, size: end) else {
      throw .corrupt(name, at: 0, "Its header cannot be read.")
    }
    var bad: Int?
    let scanner = FrameScanner(file: file, name: name, end: end)
    let unread = try scanner.forEachWindow(from: start) {
      bytes, places, _ throws(StorageError) in
      bad =
        places.first { place in
          Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[place.body])) != place.sum
        }?.offset
      return bad == nil
    }
    guard let position = bad ?? unread else { return }
    throw .corrupt(
      name, at: position, "The rows in memory are not affected: compacting writes them anew.")
  }
}
