import CRMKit
import CRMTesting
import Testing

@Suite("Media")
struct MediaTests {
  private let digest = String(repeating: "0123456789abcdef", count: 4)

  @Test("A file is found with what it belongs to", arguments: Backend.allCases)
  func finding(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let (_, item) = try await shop.furnished()
    let (photo, film, call) = try await shop.crm.write { tx in
      let call = try tx.interactions.record(
        NewInteraction(with: ada, through: .chat, .inbound, subject: "It broke"))
      let photo = try tx.media.add(
        NewMediaItem(
          "The crack", type: "image/JPEG", byteCount: 48_213, sha256: digest.uppercased(),
          of: ada, about: [RecordReference(call.id), RecordReference(item.id)]))
      let film = try tx.media.add(
        NewMediaItem(
          "How to mend it", type: "video/mp4", byteCount: 9_000_000,
          url: "https://files.example/7.mp4", language: "en", about: [RecordReference(item.id)]))
      return (photo, film, call)
    }
    #expect(photo.kind == .picture && film.kind == .video && photo.mediaType == "image/jpeg")
    let reopened = try await shop.reopened()
    try await reopened.crm.read { tx throws in
      #expect(try tx.media.page(of: ada).items == [photo])
      #expect(try tx.media.page(about: RecordReference(call.id)).items == [photo])
      #expect(
        Set(try tx.media.page(about: RecordReference(item.id)).items.map(\.id))
          == [photo.id, film.id])
      #expect(try tx.media.find(sha256: digest) == [photo])
      #expect(try tx.media.find(sha256: "\0").isEmpty)
      #expect(try tx.timeline.entries(of: ada, limit: 1).items.first?.type == "media.added")
    }
    try await reopened.crm.write { tx in
      var edit = film
      edit.title = "Mending it"
      #expect(try tx.media.update(edit).version == 2)
      #expect(refusal { try tx.media.update(edit) }?.code == .conflict)
      try tx.media.remove(photo.id)
      #expect(try tx.media.page(of: ada).items.isEmpty)
      #expect(
        try tx.media.page(about: RecordReference(item.id)).items.map(\.title) == ["Mending it"])
    }
  }

  @Test("A file that changes hands stands on both timelines", arguments: Backend.allCases)
  func moved(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    var item = try await shop.crm.write { tx in
      try tx.media.add(NewMediaItem("A", type: "image/png", byteCount: 1, sha256: digest, of: ada))
    }
    func edits(of customer: Customer.ID) async throws -> Int {
      try await shop.crm.read { tx in
        try tx.timeline.entries(of: customer).items.filter { $0.type == "media.updated" }.count
      }
    }
    for (customer, counts) in [
      (bob, [1, 1, 0]), (nil, [1, 2, 0]), (firm, [1, 2, 1]),
    ] as [(Customer.ID?, [Int])] {
      item.customer = customer
      item.about = customer == nil ? [RecordReference("tickets", "1")] : []
      item = try await shop.crm.write { [item] in try $0.media.update(item) }
      #expect(
        try await [edits(of: ada), edits(of: bob), edits(of: firm)] == counts)
    }
    item.title = "B"
    try await shop.crm.write { [item] in _ = try $0.media.update(item) }
    #expect(try await [edits(of: ada), edits(of: bob), edits(of: firm)] == [1, 2, 2])
  }

  @Test(
    "The kind follows from the type, unless it is said",
    arguments: [
      ("audio/ogg", nil, MediaItem.Kind.sound), ("application/pdf", nil, .document),
      ("IMAGE/svg+xml", nil, .picture), ("application/ogg", .sound, .sound),
      ("video/vnd.example.x", nil, .video),
    ] as [(String, MediaItem.Kind?, MediaItem.Kind)])
  func kinds(type: String, given: MediaItem.Kind?, expected: MediaItem.Kind) async throws {
    let shop = try await Shop(.memory)
    let item = try await shop.crm.write { tx in
      try tx.media.add(
        NewMediaItem(
          "A file", type: type, kind: given, byteCount: 0, sha256: digest,
          about: [RecordReference("tickets", "1")]))
    }
    #expect(item.kind == expected)
  }

  @Test(
    "What cannot be is refused with every problem, and changes nothing", arguments: Backend.allCases
  )
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      #expect(
        refusal {
          try tx.media.add(NewMediaItem("\0", type: "image", byteCount: -1, language: "?"))
        }?.issues.map(\.field)
          == ["title", "media_type", "byte_count", "url", "language", "about"])
      for type in ["", "/", "a/", "/b", "a/b/c", "text/plain; charset=utf-8", ".a/b", "a/é"] {
        let error = refusal {
          try tx.media.add(
            NewMediaItem(
              "A file", type: type, byteCount: 1, url: "file:///a",
              about: [RecordReference("tickets", "1")]))
        }
        #expect(error?.issues.map(\.field) == ["media_type"], "\(type)")
      }
      for url in ["", "a", ":a", "1:a", "http:", "http://a b", "http://a\0b", "hé:a"] {
        let error = refusal {
          try tx.media.add(
            NewMediaItem(
              "A file", type: "a/b", byteCount: 1, sha256: "12", url: url,
              about: [RecordReference("tickets", "1")]))
        }
        #expect(error?.issues.map(\.field) == ["sha256", "url"], "\(url)")
      }
      let unknown = refusal {
        try tx.media.add(
          NewMediaItem(
            "A file", type: "a/b", byteCount: 1, sha256: digest, of: .zero,
            about: [RecordReference("interactions", "1")]))
      }
      #expect(unknown?.code == .unknownReference)
      #expect(unknown?.issues.map(\.field) == ["about[0]", "customer"])
    }
    #expect(try await shop.exported() == before)
  }
}
