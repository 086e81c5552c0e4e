import CRMKit
import Testing

@Suite("The page on customers")
struct CustomersPageTests {
  @Test("Documentation/Customers.md")
  func customers() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let page = "Documentation/Customers.md"
    let crm = try await CRM(storage: MemoryStorage(), zone: Zone("Asia/Tokyo") ?? .utc)
    let taro = try await crm.write { tx in
      try tx.customers.add(
        .person("山田太郎", phones: ["+81 3 1234 5678"], birthday: Birthday(month: 2, day: 29)).with {
          $0.names = [
            CustomerName(.family, "山田"), CustomerName(.given, "太郎"),
            CustomerName(.reading, "やまだたろう"), CustomerName(.romanised, "Yamada Tarō"),
          ]
          $0.addresses = [
            PostalAddress(
              "千代田1-1", city: "千代田区", region: "東京都", postcode: "100-0001", country: "JP",
              label: "home")
          ]
          $0.handles = [Handle("line", "taro")]
          $0.zone = Zone("Asia/Tokyo")
          $0.accessNeeds = ["large print"]
          $0.preferences = ["contact": .text("evenings")]
          $0.owner = .staff("kim")
        })
    }
    do {
      try await crm.write { tx in
        try tx.customers.add(
          .person(" ", emails: ["nobody"], country: "de").with {
            $0.addresses = [PostalAddress()]
            $0.handles = [Handle("line", "")]
          })
      }
    } catch let error as CRMError {
      for issue in error.issues { print(issue.field) }
    }
    try output.isShown(on: page)
    try await crm.read { tx in
      for text in ["太郎", "ヤマダ", "yamada taro", "5678"] {
        print(try tx.customers.search(text).items.map(\.name))
      }
    }
    try output.isShown(on: page)
    try await crm.write { tx in
      try tx.customers.archive(taro.id)
      print(try tx.customers.search("太郎").items.count)
      try tx.customers.restore(taro.id)
      print(try tx.customers.search("太郎").items.count)
    }
    try output.isShown(on: page)
    let kim = crm.acting(as: .staff("kim"), through: .phone)
    try await kim.write { tx in
      var file = try tx.customers.get(taro.id)
      file.background = "Collects first pressings"
      file = try tx.customers.update(file)
      file.background = "Collects first pressings of jazz records"
      try tx.customers.update(file)
    }
    try await crm.read { tx in
      let latest = try tx.timeline.entries(of: taro.id, limit: 1).items[0]
      print(latest.type, latest.changes.map(\.field), latest.continuations.count)
      print(try tx.events.history(of: taro.id).count)
    }
    try output.isShown(on: page)
    try await kim.write { tx in
      try tx.commitments.make(
        NewCommitment(
          .promise, to: taro.id, "Send the catalogue", owner: .staff("kim"),
          due: .at(tx.now + .seconds(86_400))))
    }
    let file = try await crm.read { tx in try tx.customers.file(of: taro.id) }
    print(file.customer.name, file.commitments.map(\.text), file.orders.count)
    print(file.timeline[0].type)
    try output.isShown(on: page)
  }
}
