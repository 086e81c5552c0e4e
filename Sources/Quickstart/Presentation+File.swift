import CRMKit
import CRMStatistics

extension Presentation {
  /// A customer's file, for whoever meets them next.
  func file(of id: Customer.ID) async throws -> [String] {
    let file = try await crm.read { try $0.customers.file(of: id, latest: 50) }
    return who(file.customer)
      + part("who belongs to them", file.relationships.map { "\($0.name) \($0.other.name)" })
      + part("what was said last", file.lastContact.map(contact) ?? [])
      + part("what was bought", bought(file))
      + part("what is open", open(file))
      + part("what comes next", file.nextContact.map(contact) ?? [])
  }

  private func part(_ title: String, _ lines: [String]) -> [String] {
    ["  \(title)"] + (lines.isEmpty ? ["nothing yet"] : lines).map { "    \($0)" }
  }

  private func who(_ customer: Customer) -> [String] {
    let names = customer.names.map(\.text).joined(separator: " ")
    let name = names.isEmpty ? customer.name : "\(customer.name) (\(names))"
    let since = "customer since \(customer.createdAt.dateInUTC)"
    let owner = customer.owner.map { ", looked after by \($0.rawValue)" }
    let reached = customer.emails.map(\.address) + customer.phones.map(\.number)
    var lines = ["\(name), \(customer.kind.rawValue), \(customer.country ?? "?")"]
    lines += customer.externalIDs.map { "  known to \($0.system) as \($0.value)" }
    lines.append("  \(since)\(owner ?? "")")
    if !reached.isEmpty { lines.append("  \(reached.joined(separator: ", "))") }
    return lines
  }

  private func contact(_ contact: Interaction) -> [String] {
    let how = "\(contact.channel.rawValue), \(contact.direction.rawValue)"
    return ["\(contact.occurredAt.dateInUTC)  \(how): \(contact.subject)"]
      + [contact.content, contact.outcome].compactMap { $0 }.map { "            \($0)" }
  }

  private func bought(_ file: CustomerFile) -> [String] {
    var lines = file.purchases.map {
      "\($0.orders) orders, \($0.units) units, \($0.revenue)"
        + ($0.lastOrderAt.map { "; the last on \($0.dateInUTC)" } ?? "")
    }
    let gaps = zip(file.orders, file.orders.dropFirst()).map { later, earlier in
      Double((later.placedAt.milliseconds - earlier.placedAt.milliseconds) / 86_400_000)
    }
    if let typical = quantile(0.5, of: gaps) {
      let days = Int(typical.rounded(.up))
      lines.append(
        "half of the latest orders came within \(days == 1 ? "a day" : "\(days) days") "
          + "of the one before")
    }
    return lines
      + file.orders.prefix(3).map {
        "\($0.placedAt.dateInUTC)  \($0.units) for \($0.total) (\($0.number))"
      }
  }

  private func open(_ file: CustomerFile) -> [String] {
    file.commitments.map {
      "\($0.kind.rawValue) of \($0.owner.rawValue), due \($0.dueDate ?? $0.dueAt.dateInUTC): "
        + $0.text
    }
      + file.orders.filter { $0.openDisputes > 0 }.map { "dispute over order \($0.number)" }
      + file.needs.map { "\($0.kind.rawValue) need: \($0.text)" } + asking(file.quality)
  }

  private func asking(_ quality: FileQuality?) -> [String] {
    let fields = quality?.worthAsking.map(\.field) ?? []
    return fields.isEmpty ? [] : ["worth asking: \(fields.joined(separator: ", "))"]
  }
}
