extension RefundOutcome {
  /// What of the order was refunded, as the beginning of a sentence.
  var headline: String {
    guard let amount, amount.minorUnits > 0 else { return "Refunded" }
    return "Refunded \(amount)"
  }

  /// By which look at the rules it was decided what is due, as the end of a sentence; `nil` where
  /// nothing is left to look at.
  var eligibilityText: String? {
    guard let left, left.minorUnits > 0 else { return nil }
    return switch eligibility {
    case .reevaluate: "what is left had to have what the rules require"
    case .keepEligibility: "what the rules require was met once and stays met"
    }
  }

  /// What came of it and by which settings, in sentences.
  ///
  /// - Parameter points: The kind of points told of.
  func notes(for points: String) -> [String] {
    guard let total = total(of: points) else { return moneyNotes }
    var notes = [total.dueText(left: left)]
    notes += items.filter { $0.points == points && $0.granted != 0 }.map {
      "What is left earns \($0.granted) by \($0.explanation)."
    }
    if let text = total.enjoyedText { notes.append(text) }
    if total.claw > 0 { notes.append(total.clawText(shortfall)) }
    return notes + moneyNotes
  }

  private var moneyNotes: [String] {
    guard let amount, let cash, amount.minorUnits > 0 else { return [] }
    let back = points.map { $0.minorUnits > 0 ? ", \($0) to the points that paid" : "" } ?? ""
    var notes = ["Of \(amount) go back: \(cash) as money\(back)."]
    if let withheld, withheld.minorUnits > 0 {
      notes.append("\(withheld) of the money is kept back for points that were not there any more.")
    }
    let whole = cash.minorUnits &+ (withheld?.minorUnits ?? 0)
    if points?.minorUnits ?? 0 > 0 || whole < amount.minorUnits { notes.append(pointsPaid.text) }
    return notes
  }
}

extension RefundTotal {
  fileprivate func dueText(left: Money?) -> String {
    var text = "Earned \(granted) \(points)"
    if settled > 0 { text += "; wanted back by refunds before \(settled)" }
    let rest = left.map { $0.minorUnits > 0 ? " (\($0))" : "" } ?? ""
    return text + "; due for what is left\(rest) \(due); wanted back \(wanted)."
  }

  /// How many were enjoyed of those that are wanted back; `nil` where all were.
  fileprivate var enjoyedText: String? {
    guard lost > 0 || claw < wanted else { return nil }
    let unused = lost > 0 ? "Ended or given up, so that nobody had anything of them, \(lost); " : ""
    return unused + "enjoyed and to be taken back \(claw)."
  }

  /// What became of those that were to be taken back.
  fileprivate func clawText(_ shortfall: ClawbackTerms.Shortfall) -> String {
    var parts: [String] = []
    if taken > 0 { parts.append("taken of those there \(taken)") }
    if owed > 0 { parts.append("owed by the member from then on \(owed)") }
    if writtenOff > 0 { parts.append("written off, which the firm bears, \(writtenOff)") }
    if withheld > 0 { parts.append("paid for by money kept back \(withheld)") }
    if forgone > 0 {
      parts.append(
        shortfall == .pendingOnly
          ? "let go, as only points that still wait are taken, \(forgone)"
          : "let go, as there was no money left to keep back, \(forgone)")
    }
    return "Of \(claw) to be taken back: " + parts.joined(separator: "; ") + "."
  }
}

extension RefundTerms.PointsPaid {
  /// Which part of a refund goes back to points, in a sentence.
  var text: String {
    switch self {
    case .proRata: "Points that paid come back in proportion to what is refunded."
    case .cashFirst: "Points that paid come back once all of the money has."
    case .pointsFirst: "Points that paid come back before any money."
    case .never: "Points that paid do not come back."
    case .fullRefundOnly: "Points that paid come back only where all of the order is refunded."
    }
  }
}
