extension Transaction {
  /// How long customers wait for answers.
  public var responses: ResponseOperations { ResponseOperations(self) }
}

/// Measuring how long customers wait for answers, read from contacts and questions.
///
/// - A question (``Commitment/Kind/question``) waits from when it came up until it is closed, and
///   is measured against what was promised and what the customer asked for.
/// - A contact that no question was noted of, whichever customer's, waits from when it happened
///   until the next contact in which the firm turns to the customer or both speak at once, by
///   whatever channel, whoever it is. Further contacts in between are part of the same wait.
/// - A planned contact neither waits nor answers before it has an ``Interaction/outcome``: that its
///   instant came does not say that it took place.
/// - Which contacts wait is said by their channel (``Channel/isConversation``) or by
///   ``Interaction/expectsAnswer``. It is the first customer of a contact who waits.
public struct ResponseOperations {
  private let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// How long customers who asked in a span waited, or wait by now; the earliest first.
  ///
  /// - Parameters:
  ///   - start: Where the span begins; who asked at this instant is in.
  ///   - end: Where it ends; who asked at this instant is not in.
  ///   - customer: The customer; `nil` for all.
  ///   - channel: Through what channel they asked; `nil` for any.
  /// - Complexity: O(*m* log *m*) in the contacts since `start` of those who asked, and in the
  ///   questions noted of them.
  public func times(
    from start: Instant, to end: Instant, of customer: Customer.ID? = nil,
    through channel: Channel? = nil
  ) throws -> [ResponseTime] {
    let end = min(end, transaction.now + .milliseconds(1))
    guard start < end else { return [] }
    var times = try questions(start, end, of: customer)
    let asking = try customer.map { [$0] } ?? customers(askingFrom: start, to: end)
    for customer in asking { times += try contacts(start, end, of: customer) }
    return times.filter { channel == nil || $0.channel == channel }.sorted {
      ($0.askedAt, $0.customer) < ($1.askedAt, $1.customer)
    }
  }

  private func questions(_ start: Instant, _ end: Instant, of customer: Customer.ID?) throws
    -> [ResponseTime]
  {
    guard transaction.capability(Commitments.self) != nil else { return [] }
    let questions = try transaction.records(of: Commitment.self).all(
      where: {
        let inSpan = $0.kind == .question && $0.madeAt >= start && $0.madeAt < end
        guard let customer else { return inSpan }
        return inSpan && $0.customer == customer
      }, sortedBy: { [.ascending($0.madeAt)] })
    let contacts = try transaction.records(of: Interaction.self).find(
      questions.compactMap(\.interaction))
    return questions.map { question in
      ResponseRules.time(
        of: question, in: question.interaction.flatMap { contacts[$0] }, now: transaction.now)
    }
  }

  private func customers(askingFrom start: Instant, to end: Instant) throws -> [Customer.ID] {
    var customers: Set<Customer.ID> = []
    try transaction.records(of: Interaction.self).scan(
      Query(
        where: { $0.askedAt >= start && $0.askedAt < end }, sortedBy: { [.ascending($0.askedAt)] })
    ) {
      customers.insert($0.customer)
      return true
    }
    return customers.sorted()
  }

  private func contacts(_ start: Instant, _ end: Instant, of customer: Customer.ID) throws
    -> [ResponseTime]
  {
    var waits = ResponseRules.Waits(of: customer, from: start, to: end, now: transaction.now)
    var merge = InteractionMerge(transaction, of: [customer], until: transaction.now, after: nil)
    reading: while true {
      let page = try merge.page(limit: 256)
      waits.questioned = try questioned(
        among: page.items.filter { ResponseRules.isAsking($0, by: customer) }.map(\.id))
      for contact in page.items where !waits.take(contact) { break reading }
      guard page.next != nil else { break }
    }
    waits.close()
    return waits.times
  }

  /// The latest contact that a customer waits for an answer to, of which neither a question nor an
  /// outcome was noted.
  ///
  /// - Parameter contacts: Those looked at, the latest first.
  func waiting(_ customer: Customer.ID, among contacts: [Interaction]) throws -> Interaction? {
    let asking = contacts.prefix { ResponseRules.part(of: $0) != .answers }.filter {
      ResponseRules.isAsking($0, by: customer) && $0.outcome == nil
    }
    let questioned = try questioned(among: asking.map(\.id))
    return asking.first { !questioned.contains($0.id) }
  }

  /// The contacts that questions came up in, whichever customer's.
  func questioned(among contacts: [Interaction.ID]) throws -> Set<Interaction.ID> {
    guard !contacts.isEmpty, transaction.capability(Commitments.self) != nil else { return [] }
    var found: Set<Interaction.ID> = []
    for start in stride(from: 0, to: contacts.count, by: 500) {
      let part = Array(contacts[start..<min(start + 500, contacts.count)])
      let questions = try transaction.records(of: Commitment.self).all(where: {
        $0.interaction.isOne(of: part) && $0.kind == .question
      })
      found.formUnion(questions.compactMap(\.interaction))
    }
    return found
  }
}
