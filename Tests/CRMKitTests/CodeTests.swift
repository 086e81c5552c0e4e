import CRMKit
import CRMTesting
import Foundation
import Testing

@Suite("Languages and countries are those there are")
struct CodeTests {
  @Test(
    "Wherever a language or a country is given, an unknown one is refused",
    arguments: Backend.allCases)
  func paths(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      let addresses = [PostalAddress("Way 1", country: "XX")]
      let new = NewCustomer.person("Bob", country: "UK", language: "xx-DE").with {
        $0.addresses = addresses
      }
      var file = try tx.customers.get(ada)
      (file.country, file.language, file.addresses) = ("UK", "xx-DE", addresses)
      for error in [
        refusal { try tx.customers.add(new) }, refusal { try tx.customers.update(file) },
      ] {
        #expect(
          error?.issues == [
            .init("country", "is no country that ISO 3166-1 lists"),
            .init("language", "begins with no language that ISO 639 lists"),
            .init("addresses[0].country", "is no country that ISO 3166-1 lists"),
          ])
      }
      for error in [
        refusal {
          try tx.facts.assert("xx", for: Customer.fields.language, of: ada, from: .staff)
        },
        refusal {
          try tx.interactions.record(
            NewInteraction(with: ada, through: .phone, .inbound, subject: "Hello", language: "xx"))
        },
        refusal {
          try tx.media.add(
            NewMediaItem(
              "A", type: "text/plain", byteCount: 1, url: "https://a.example", language: "xx",
              of: ada))
        },
        refusal {
          try tx.needs.state(NewNeed(of: ada, "a", "A", language: "xx", from: .staff))
        },
        refusal {
          try tx.contributions.give(NewContribution(from: ada, .idea, "A", language: "xx"))
        },
      ] {
        #expect(error?.code == .invalid && error?.issues.map(\.field) == ["language"])
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "A language is one of ISO 639, or left to its users",
    arguments: [
      ("ko", true), ("EN", true), ("cmn-Hans-CN", true), ("gsw", true), ("iw", true),
      ("deu", true), ("und", true), ("qaa", true), ("qtz-DE", true), ("x-elvish", true),
      ("xx", false), ("zz", false), ("aaj", false), ("qzz", false), ("klingon", false),
      ("elvi", false),
    ])
  func languages(tag: String, isKnown: Bool) async throws {
    #expect(try await isTaken(.person("Ada", language: tag)) == isKnown)
  }

  @Test(
    "A country is one of ISO 3166-1, or Kosovo",
    arguments: [
      ("KR", true), ("XK", true), ("AX", true), ("SS", true), ("UK", false), ("ZZ", false),
      ("XX", false), ("DD", false), ("kr", false),
    ])
  func countries(code: String, isKnown: Bool) async throws {
    #expect(try await isTaken(.person("Ada", country: code)) == isKnown)
  }

  @Test("What the system knows as a language is one here")
  func agreement() async throws {
    let crm = try await CRM(storage: MemoryStorage())
    let languages = Locale.LanguageCode.isoLanguageCodes.map(\.identifier)
    #expect(languages.count > 500)
    try await crm.write { tx in
      for language in languages {
        #expect(refusal { try tx.customers.add(.person("A", language: language)) } == nil)
      }
    }
  }

  private func isTaken(_ customer: NewCustomer) async throws -> Bool {
    let crm = try await CRM(storage: MemoryStorage())
    return await failure { try await crm.write { try $0.customers.add(customer) } } == nil
  }
}
