extension LoyaltyOperations {
  /// What the award for an event depends on besides the rules; only what the rules ask for is
  /// looked up.
  func context(
    of request: EarnRequest, for member: LoyaltyMember, _ version: ProgrammeVersion,
    at occurredAt: Instant
  ) throws -> EarningContext {
    let prepared = version.prepared
    // What memberships did that were joined counts for the one.
    let family =
      prepared.caps.isEmpty && !prepared.asksFirstPurchase
      ? [member.id] : try family(of: member.id)
    var context = EarningContext(day: version.days.date(of: occurredAt))
    if let currency = request.currency, currency != prepared.programme.money {
      context.moneyRate = try moneyRate(currency, in: prepared.programme, at: occurredAt)
    }
    if prepared.asksFirstPurchase, request.occasion == .order {
      context.isFirstPurchase = try !family.contains { try hasBought($0) }
    }
    if prepared.asksBirthday {
      context.birthday = try birthday(of: member, on: context.day, request)
    }
    if !prepared.programme.tier.factors.isEmpty {
      context.standing = try tierAtEarning(of: member, at: occurredAt, in: prepared.programme)
    }
    if prepared.programme.rounding.carriesRemainder, request.occasion == .order {
      context.carried = try prepared.kinds.map { kind in
        try remainders.find(CarriedRemainder.identifier(of: member.id, kind.name))?.remainder
          ?? .zero
      }
    }
    if !prepared.caps.isEmpty {
      context.used = try prepared.caps.map { cap in
        guard cap.isUsed(by: request) else { return 0 }
        let users = cap.cap.holder == .member ? family : [member.id]
        return try users.reduce(0) { sum, user in
          let blank = CapUse(
            of: cap, in: prepared.programme.name, by: user, for: request, on: context.day)
          let (total, overflow) = sum.addingReportingOverflow(try kept(blank)?.row.used ?? 0)
          return overflow ? .max : total
        }
      }
    }
    return context
  }

  /// How many minor units of the programme's money one of another is; `nil` where no rate is known.
  func moneyRate(
    _ currency: Currency, in programme: LoyaltyProgramme, at instant: Instant
  ) throws -> Fraction? {
    if let rate = try? programme.statedRate(of: currency) { return rate }
    guard programme.rates.usesExchangeRates else { return nil }
    do {
      let conversion = try transaction.exchangeRates.convert(
        Money.one(of: currency), to: programme.money, at: instant)
      var rate = Fraction(programme.money.minorUnitsInOne)
      for step in conversion.steps { rate = try rate * Fraction(step.ratio) }
      return try rate / Fraction(currency.minorUnitsInOne)
    } catch let error as CRMError where error.code == .noRate {
      return nil
    } catch is Fraction.Overflow {
      throw LoyaltyError(.overflow, "rate of \(currency.rawValue)")
    }
  }

  /// Whether an order was recorded for a member before.
  func hasBought(_ member: LoyaltyMember) throws -> Bool {
    try family(of: member.id).contains { try hasBought($0) }
  }

  private func hasBought(_ id: LoyaltyMember.ID) throws -> Bool {
    let own = try entries.first(where: {
      $0.member == id && $0.qualifiesAt > .earliest && $0.qualifyingCount > 0
    })
    if own != nil { return true }
    return try (members.find(id)?.pools ?? []).contains { pool in
      try entries.first(where: {
        $0.member == pool && $0.qualifiesAt > .earliest && $0.counterparty == id
          && $0.qualifyingCount > 0
      }) != nil
    }
  }

  /// How close a day is to a member's birthday.
  ///
  /// - Throws: ``LoyaltyError/Code/ineligible`` for a birthday that has not come yet, or is not
  ///   known.
  private func birthday(
    of member: LoyaltyMember, on day: CalendarDate, _ request: EarnRequest
  ) throws -> EarningSeason.Birthday {
    let customer = try member.customer.map { try transaction.customers.get($0) }
    let celebrated = customer?.birthday?.celebrated(in: day.year)
    if request.occasion == .birthday {
      guard let celebrated, celebrated <= day else { throw LoyaltyError(.ineligible, "birthday") }
    }
    guard let celebrated, celebrated.month == day.month else { return .any }
    return celebrated == day ? .day : .month
  }
}

extension LoyaltyProgramme {
  /// How many minor units of the programme's money one of another is; `nil` where none is stated.
  func statedRate(of currency: Currency) throws -> Fraction? {
    guard let quote = rates.stated.first(where: { $0.currency == currency }) else { return nil }
    return try Fraction(money.minorUnitsInOne) / Fraction(currency.minorUnitsInOne)
      / Fraction(quote.perOne)
  }
}

extension Fraction {
  init(_ ratio: Ratio) {
    self = Fraction(ratio.numerator, over: ratio.denominator) ?? .one
  }
}
