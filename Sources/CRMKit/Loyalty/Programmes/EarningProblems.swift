extension ExpiryPolicy {
  /// A hundred years.
  static let mostDays = 36_525
  private static let mostMonths = 1_200

  /// What is wrong with it, field by field.
  func problems(in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    switch unit {
    case .never: break
    case .months(let months): problems += monthProblems(months, in: "\(place).unit")
    case .days(let days):
      if !(least...Self.mostDays).contains(days) {
        problems.append(.init("\(place).unit", "is not from \(least) to \(Self.mostDays) days"))
      }
    case .inactivity(let months, let hardCap):
      problems += monthProblems(months, in: "\(place).unit.months")
      if let hardCap {
        problems += monthProblems(hardCap, in: "\(place).unit.hardCap")
        if hardCap < months {
          problems.append(.init("\(place).unit.hardCap", "is less than the \(months) months"))
        }
      }
      if activities.isEmpty { problems.append(.init("\(place).activities", "is empty")) }
    }
    if Set(activities).count < activities.count {
      problems.append(.init("\(place).activities", "has one of them twice"))
    }
    if case .fixedDay(let month, let day) = rounding,
      CalendarDate(year: 2_000, month: month, day: day) == nil
    {
      problems.append(.init("\(place).rounding", "is no day of the calendar"))
    }
    return problems
  }

  /// What lasts to the end of a day, a month or a year lasts that long at least.
  private var least: Int { rounding == .instant || isByActivity ? 1 : 0 }

  private func monthProblems(_ months: Int, in field: String) -> [CRMError.Issue] {
    (least...Self.mostMonths).contains(months)
      ? [] : [.init(field, "is not from \(least) to \(Self.mostMonths) months")]
  }
}

extension EarningSeason {
  func problems(in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if let from, let through, through < from {
      problems.append(.init("\(place).through", "lies before \(from), the first day"))
    }
    if Set(weekdays).count < weekdays.count {
      problems.append(.init("\(place).weekdays", "has one of them twice"))
    }
    return problems
  }
}

extension LineFilter {
  private static let mostNames = 1_000

  func problems(in place: String) -> [CRMError.Issue] {
    problems(of: categories, in: "\(place).categories", within: 200)
      + problems(of: items, in: "\(place).items", within: 200)
  }

  private func problems(
    of names: [String], in field: String, within bytes: Int
  ) -> [CRMError.Issue] {
    guard names.count <= Self.mostNames else {
      return [.init(field, "has more than \(Self.mostNames) entries")]
    }
    return names.enumerated().flatMap { index, name in
      TextRules.problems(of: name, in: "\(field)[\(index)]", within: bytes)
    }
  }
}
