import CRMKit
import CRMTesting
import Testing

@Suite("Customers found by names of any script")
struct FoundByNameTests {
  private static let people: [NewCustomer] = [
    .person("Đặng Thị Thu Hường", emails: ["thu.huong+shop@example.vn"]),
    .person("Łukasz Wałęsa"), .person("Søren Ærø"), .person("Þórður Guðmundsson"),
    .person("Işıl Yıldız"), .person("สมชาย เพ็ญจันทร์"), .person("مُحَمَّد الأَحـمـد"),
    .person("علی\u{200C}رضا"), .person("葛\u{E0100}城さやか"), .person("Ｊｏｈｎ Ｏ’Ｎｅｉｌｌ"),
    .person("שָׁלוֹם כֹּהֵן"), .person("제갈공명"),
    .person(
      "Anne\u{AD}marie", emails: ["jürgens@example.de"], phones: ["+49 (0)30 987 65 43"]
    ).with { $0.handles = [Handle("instagram", "anne.m")] }, .person("अनिल कुमार"),
    .person("\u{200F}ليلى\u{200F}"),
  ]

  @Test(
    "Strokes, points, silent signs and what is not seen do not matter",
    arguments: Backend.allCases)
  func folded(backend: Backend) async throws {
    let sought: [(String, String)] = [
      ("dang", "Đặng Thị Thu Hường"), ("ĐẶNG THỊ", "Đặng Thị Thu Hường"),
      ("Da\u{323}\u{306}ng", "Đặng Thị Thu Hường"), ("huong thu", "Đặng Thị Thu Hường"),
      ("lukasz walesa", "Łukasz Wałęsa"), ("soren aero", "Søren Ærø"), ("ÆRØ", "Søren Ærø"),
      ("thordur gudm", "Þórður Guðmundsson"), ("isil yildiz", "Işıl Yıldız"),
      ("ISIL", "Işıl Yıldız"), ("เพ็ญ", "สมชาย เพ็ญจันทร์"), ("เพญจนทร", ""),
      ("สมชาย", "สมชาย เพ็ญจันทร์"), ("ญจันทร์", ""), ("محمد", "مُحَمَّد الأَحـمـد"),
      ("الاحمد", "مُحَمَّد الأَحـمـد"), ("علیرضا", "علی\u{200C}رضا"), ("علی", "علی\u{200C}رضا"),
      ("葛城", "葛\u{E0100}城さやか"), ("葛\u{E0101}城", "葛\u{E0100}城さやか"), ("城サヤ", "葛\u{E0100}城さやか"),
      ("john o'neill", "Ｊｏｈｎ Ｏ’Ｎｅｉｌｌ"), ("שלום", "שָׁלוֹם כֹּהֵן"), ("공명", "제갈공명"),
      ("\u{110C}\u{1166}\u{1100}\u{1161}\u{11AF}", "제갈공명"), ("annemarie", "Anne\u{AD}marie"),
      ("अनिल", "अनिल कुमार"), ("ليلى", "\u{200F}ليلى\u{200F}"), ("thu.huong+s", "Đặng Thị Thu Hường"),
      ("@anne.m", "Anne\u{AD}marie"), ("jürg", "Anne\u{AD}marie"),
      ("+49 (0)30 98765", "Anne\u{AD}marie"), ("THU.HUONG+SHOP@", "Đặng Thị Thu Hường"),
    ]
    try await withStorage(backend) { storage in
      let crm = try await CRM(
        storage: storage, clock: TestClock("2026-01-01T00:00:00Z"), identifiers: .seeded(1))
      try await crm.write { tx in for new in Self.people { try tx.customers.add(new) } }
      try await crm.read { tx in
        for (text, name) in sought {
          let found = try tx.customers.search(text).items.map(\.name)
          #expect(found == (name.isEmpty ? [] : [name]), "\(text)")
        }
      }
      await crm.close()
    }
  }

  @Test(
    "What is dialled within a country before a number is not part of it",
    arguments: [
      ("39", "06 1234567", "+39061234567"), ("39", "333 123 4567", "+393331234567"),
      ("1", "1-212-555-0100", "+12125550100"), ("1", "(212) 555-0100", "+12125550100"),
      ("7", "8 (495) 123-45-67", "+74951234567"), ("7", "800 123 45 67", "+78001234567"),
      ("36", "06 1 234 5678", "+3612345678"), ("225", "07 12 34 56 78", "+2250712345678"),
      ("84", "0912 345 678", "+84912345678"), ("66", "08-1234-5678", "+66812345678"),
      ("34", "612 345 678", "+34612345678"), ("49", "+225 (0)7 12 34 56 78", "+2250712345678"),
    ])
  func trunks(callingCode: String, text: String, number: String) async throws {
    let capabilities = CRM.standardCapabilities.replacing(Customers(callingCode: callingCode))
    let crm = try await CRM(storage: MemoryStorage(), capabilities: capabilities)
    try await crm.write { tx in
      var ada = try tx.customers.add(.person("Ada", phones: [text]))
      #expect(ada.phones[0].normalised == number && ada.phones[0].number == text)
      #expect(try tx.customers.find(phone: number).map(\.id) == [ada.id])
      #expect(try tx.customers.search(String(number.suffix(4))).items.map(\.id) == [ada.id])
      // What was read from a national number can be kept again.
      ada.background = "Calls often"
      try tx.customers.update(ada)
    }
  }

  @Test("Pages go on rightly while customers come in before and after", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let crm = try await CRM(
        storage: storage, clock: TestClock("2026-01-01T00:00:00Z"), identifiers: .seeded(2))
      try await crm.write { tx in
        for name in ["Kim B", "Kimura", "Kim A", "Kimi", "Lee"] {
          try tx.customers.add(.person(name, emails: ["kim\(name.utf8.count)@example.com"]))
        }
        let all = try tx.customers.search("kim").items.map(\.name)
        #expect(all == ["Kim B", "Kim A", "Kimi", "Kimura", "Lee"])
        var found: [String] = []
        var page = try tx.customers.search("kim", limit: 2)
        found += page.items.map(\.name)
        // One before the place, two after it.
        try tx.customers.add(.person("Kim"))
        try tx.customers.add(.person("Kimmo"))
        try tx.customers.add(.person("Ann", emails: ["kimber@example.com"]))
        while let next = page.next {
          page = try tx.customers.search("kim", after: next, limit: 1)
          found += page.items.map(\.name)
        }
        // The new “Kim” is younger than the two that were shown, so it comes after them.
        #expect(found == ["Kim B", "Kim A", "Kim", "Kimi", "Kimmo", "Kimura", "Lee", "Ann"])
      }
      await crm.close()
    }
  }
}
