extension LoyaltyIndexModel {
  /// Every problem of a model, field by field.
  var problems: [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    problems += Self.problems(of: behaviour, areAttitudes: false, in: "behaviour")
    problems += Self.problems(of: attitude, areAttitudes: true, in: "attitude")
    problems += Self.problems(of: behaviourWeight, in: "behaviourWeight", upTo: 1_000)
    problems += Self.problems(of: attitudeWeight, in: "attitudeWeight", upTo: 1_000)
    problems += Self.problems(of: highBehaviour, in: "highBehaviour", upTo: 100)
    problems += Self.problems(of: highAttitude, in: "highAttitude", upTo: 100)
    problems += price.problems
    for (index, source) in walletTrust.enumerated()
    where walletTrust[..<index].contains(source) {
      problems.append(.init("walletTrust[\(index)]", "is named twice"))
    }
    problems += TextRules.problems(of: brandFeature, in: "brandFeature", within: 100)
    problems += Self.problems(of: concentration, in: "concentration", upTo: 100)
    return problems
  }

  private static func problems(
    of factors: [LoyaltyFactor], areAttitudes: Bool, in place: String
  ) -> [CRMError.Issue] {
    guard !factors.isEmpty else { return [.init(place, "is empty")] }
    var problems: [CRMError.Issue] = []
    var kinds: Set<LoyaltyFactor.Kind> = []
    for (index, factor) in factors.enumerated() {
      let place = "\(place)[\(index)]"
      problems += self.problems(of: factor.weight, in: "\(place).weight", upTo: 1_000)
      problems += factor.kind.problems(of: factor.full, in: "\(place).full")
      if factor.kind.isAttitude != areAttitudes {
        let what = areAttitudes ? "no attitude" : "an attitude"
        problems.append(.init("\(place).kind", "“\(factor.kind.rawValue)” is \(what)"))
      }
      if !kinds.insert(factor.kind).inserted {
        problems.append(.init("\(place).kind", "is given twice"))
      }
    }
    return problems
  }

  fileprivate static func problems(
    of number: Int, in place: String, upTo most: Int
  ) -> [CRMError.Issue] {
    (1...most).contains(number) ? [] : [.init(place, "is \(number), not from 1 to \(most)")]
  }
}

extension PriceRules {
  fileprivate var problems: [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !(1...1_000_000).contains(discount.partsPerMillion) {
      problems.append(.init("price.discount", "is not above 0 % and at most 100 %"))
    }
    let numbers = [
      (mostAtDiscount, "mostAtDiscount", 100), (someAtDiscount, "someAtDiscount", 100),
      (mostDropped, "mostDropped", 100), (patience, "patience", 1_000),
      (usualDays, "usualDays", 100_000),
    ]
    for (number, name, most) in numbers {
      problems += LoyaltyIndexModel.problems(of: number, in: "price.\(name)", upTo: most)
    }
    if someAtDiscount > mostAtDiscount {
      problems.append(.init("price.someAtDiscount", "is more than “mostAtDiscount”"))
    }
    return problems
  }
}
