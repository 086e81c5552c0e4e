/// What a customer's file must be like; pure, so that every path checks the same.
struct CustomerRules {
  let callingCode: String?
  let attributes: [AttributeDefinition]

  static let longestName = 500
  static let longestText = 10_000
  static let mostEntries = 100

  /// The customer a new file would be of.
  ///
  /// - Parameter createdAt: When the customer came to the firm.
  /// - Throws: ``CRMError/Code/invalid`` with every problem there is.
  func customer(_ new: NewCustomer, id: Customer.ID, createdAt: Instant, now: Instant)
    throws(CRMError) -> Customer
  {
    var issues = futureProblems("created_at", createdAt, now: now)
    var emails: [EmailAddress] = []
    if let problem = Self.countProblem("emails", new.emails.count) { issues.append(problem) }
    for (index, text) in new.emails.prefix(Self.checked(new.emails.count)).enumerated() {
      if let email = EmailAddress(text) {
        emails.append(email)
      } else {
        issues.append(.init("emails[\(index)]", "is not an e-mail address"))
      }
    }
    var phones: [PhoneNumber] = []
    if let problem = Self.countProblem("phones", new.phones.count) { issues.append(problem) }
    for (index, text) in new.phones.prefix(Self.checked(new.phones.count)).enumerated() {
      if let phone = PhoneNumber(text, callingCode: callingCode) {
        phones.append(phone)
      } else {
        issues.append(
          .init("phones[\(index)]", "is not a phone number with its country’s calling code"))
      }
    }
    var customer = Customer(
      id: id, kind: new.kind, name: trimmed(new.name), emails: emails, phones: phones,
      externalIDs: new.externalIDs, country: new.country, language: new.language,
      birthday: new.birthday, tags: new.tags, attributes: new.attributes, createdAt: createdAt,
      modifiedAt: now, version: 1)
    customer.details = new.details
    customer.indexedAttributes = indexedAttributes(of: customer)
    if customer.isArchived {
      issues.append(.init("archived_at", "is changed by archiving and restoring alone"))
    }
    // E-mail addresses and phone numbers were read just now.
    issues += ownProblems(of: customer, now: now)
    guard issues.isEmpty else { throw .invalid("customers", issues) }
    return customer
  }

  /// The names of a file's attributes that an index is to have.
  func indexedAttributes(of customer: Customer) -> [String] {
    let searchable = attributes.filter(\.isSearchable)
    guard !customer.attributes.isEmpty, !searchable.isEmpty else { return [] }
    let values = kept(customer.attributes)
    return searchable.map(\.name).filter { values[$0] != nil }
  }

  /// Every problem of a file, field by field.
  func problems(of customer: Customer, now: Instant) -> [CRMError.Issue] {
    ownProblems(of: customer, now: now) + contactProblems(of: customer, now: now)
  }

  private func ownProblems(of customer: Customer, now: Instant) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    func check(_ field: String, _ isFit: Bool, _ problem: String) {
      if !isFit { problems.append(.init(field, problem)) }
    }
    check("name", !isBlank(customer.name), "is empty")
    check(
      "name", isKept(customer.name, within: Self.longestName),
      "has more than \(Self.longestName) bytes")
    check("name", !customer.name.utf8.contains(0), "contains the NUL character")
    if let problem = CountryCode.problem(with: customer.country, in: "country") {
      problems.append(problem)
    }
    if let problem = LanguageTag.problem(with: customer.language, in: "language") {
      problems.append(problem)
    }
    check(
      "birthday", customer.birthday?.date.map { $0 <= Self.latestDate(at: now) } ?? true,
      "lies in the future")
    problems += entryProblems(of: customer, now: now)
    if let details = customer.details.held?.row { problems += Self.problems(of: details, now: now) }
    return problems
  }

  /// The date where the day begins first: someone may be born there today.
  private static func latestDate(at now: Instant) -> CalendarDate {
    (now + .seconds(14 * 3_600)).dateInUTC
  }

  private func contactProblems(of customer: Customer, now: Instant) -> [CRMError.Issue] {
    Self.noteProblems("emails", customer.emails, now: now)
      + Self.noteProblems("phones", customer.phones, now: now)
      + Self.problems("emails", customer.emails, "does not match its normalised form") {
        EmailAddress($0.address)?.normalised == $0.normalised
      }
      + Self.problems("phones", customer.phones, "does not match its normalised form") {
        $0.isConsistent
      }
  }

  /// What is wrong with what is known of contact points.
  private static func noteProblems(
    _ field: String, _ points: [some ContactPoint], now: Instant
  ) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    for (index, point) in points.prefix(checked(points.count)).enumerated() {
      guard point.details.held != nil else { continue }
      let place = "\(field)[\(index)]"
      problems += futureProblems("\(place).verified_at", point.verifiedAt, now: now)
      problems += futureProblems("\(place).true_at", point.trueAt, now: now)
      for (name, text) in [
        ("label", point.label), ("source", point.source),
        ("verified_by", point.verifiedBy?.rawValue),
      ] where !(text.map(isLabel) ?? true) {
        problems.append(.init("\(place).\(name)", "is empty or too long"))
      }
    }
    return problems
  }

  private func entryProblems(of customer: Customer, now: Instant) -> [CRMError.Issue] {
    var problems = Self.problems(of: customer.externalIDs)
    problems += Self.noteProblems("external_ids", customer.externalIDs, now: now)
    problems += Self.problems("tags", customer.tags, "is empty or too long", Self.isLabel)
    if let problem = Self.countProblem("attributes", customer.attributes.count) {
      problems.append(problem)
    } else {
      problems += attributeProblems(customer.attributes)
    }
    return problems
  }

  /// Every problem of a list; one with too many entries has that problem alone.
  private static func problems<Entry>(
    _ field: String, _ entries: [Entry], _ problem: String, _ isFit: (Entry) -> Bool
  ) -> [CRMError.Issue] {
    if let problem = countProblem(field, entries.count) { return [problem] }
    var problems: [CRMError.Issue] = []
    for (index, entry) in entries.enumerated() where !isFit(entry) {
      problems.append(.init("\(field)[\(index)]", problem))
    }
    return problems
  }

  private static func problems(of ids: [ExternalID]) -> [CRMError.Issue] {
    if let problem = countProblem("external_ids", ids.count) { return [problem] }
    var problems: [CRMError.Issue] = []
    var known: Set<String> = []
    for (index, id) in ids.enumerated() {
      let isRepeated = ids.count > 1 && !known.insert(kept(id.key)).inserted
      if isWord(id.system) && isLabel(id.value) && !isRepeated { continue }
      let field = "external_ids[\(index)]"
      if !isWord(id.system) { problems.append(.init("\(field).system", "is not a short word")) }
      if !isLabel(id.value) { problems.append(.init("\(field).value", "is empty or too long")) }
      if isRepeated { problems.append(.init(field, "is given twice")) }
    }
    return problems
  }

  private static func countProblem(_ field: String, _ count: Int) -> CRMError.Issue? {
    count <= mostEntries ? nil : .init(field, "has more than \(mostEntries) entries")
  }

  /// How many entries are looked at: all, or none where they are too many.
  private static func checked(_ count: Int) -> Int { count <= mostEntries ? count : 0 }

  private func attributeProblems(_ given: Attributes) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    // A name given in another form is the defined one once it is kept.
    let values = kept(given)
    for definition in attributes {
      let field = "attributes.\(definition.name)"
      guard let value = values[definition.name] else {
        if definition.isRequired { problems.append(.init(field, "is required")) }
        continue
      }
      if value.kind != definition.kind {
        problems.append(
          .init(field, "is \(value.kind.rawValue), not \(definition.kind.rawValue)"))
      } else if !definition.allowed.isEmpty, !definition.allowed.contains(value) {
        problems.append(.init(field, "is not one of the allowed values"))
      }
      if case .text(let text) = value,
        !isKept(text, within: definition.longestText) || text.utf8.contains(0)
      {
        problems.append(
          .init(field, "contains NUL or has more than \(definition.longestText) bytes"))
      }
    }
    let known = Set(attributes.map(\.name))
    for value in values where !known.contains(value.name) {
      problems.append(.init("attributes.\(value.name)", "is not defined"))
    }
    return problems
  }

  // MARK: What few files have

  private static func problems(of details: CustomerDetails, now: Instant) -> [CRMError.Issue] {
    var found = problems("names", details.names, "is empty or too long") {
      !isBlank($0.text) && isText($0.text, within: longestName)
    }
    if let problem = countProblem("addresses", details.addresses.count) {
      found.append(problem)
    } else {
      for (index, address) in details.addresses.enumerated() {
        found += problems(of: address, "addresses[\(index)]")
      }
      found += noteProblems("addresses", details.addresses, now: now)
    }
    found += problems("handles", details.handles, "is empty or too long, or its service no word") {
      isWord($0.service) && isLabel($0.name)
    }
    found += noteProblems("handles", details.handles, now: now)
    found += problems("access_needs", details.accessNeeds, "is empty or too long", isLabel)
    found += problems("preferences", Array(details.preferences), "is empty or too long") {
      isLabel($0.name) && isKeepable($0.value)
    }
    if let background = details.background, !isText(background, within: longestText) {
      found.append(.init("background", "contains NUL or has more than \(longestText) bytes"))
    }
    if let owner = details.owner?.rawValue, !isLabel(owner) {
      found.append(.init("owner", "is empty or too long"))
    }
    return found
  }

  private static func problems(of address: PostalAddress, _ field: String) -> [CRMError.Issue] {
    var found: [CRMError.Issue] = []
    let parts = [address.city, address.region, address.postcode].compactMap { $0 }
    if address.lines.isEmpty && parts.isEmpty {
      found.append(.init(field, "is empty"))
    }
    found += problems("\(field).lines", address.lines, "is empty or too long", isLabel)
    for (name, part) in [
      ("city", address.city), ("region", address.region), ("postcode", address.postcode),
    ] where !(part.map(isLabel) ?? true) {
      found.append(.init("\(field).\(name)", "is empty or too long"))
    }
    if let problem = CountryCode.problem(with: address.country, in: "\(field).country") {
      found.append(problem)
    }
    return found
  }

  private static func isKeepable(_ value: AttributeValue) -> Bool {
    guard case .text(let text) = value else { return true }
    return isText(text, within: longestText)
  }

  private static func isText(_ text: String, within bytes: Int) -> Bool {
    isKept(text, within: bytes) && !text.utf8.contains(0)
  }

  private static func isWord(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }

  private static func isLabel(_ text: String) -> Bool {
    !isBlank(text) && isKept(text, within: 200) && !text.utf8.contains(0)
  }
}
