extension LedgerLeg {
  /// What the leg did to the points a member can spend, and if it did nothing to them, to those
  /// that are pending or held; 0 where it is not about the member.
  func change(of member: LoyaltyMember.ID, on account: LedgerAccount) -> Int64 {
    var change: Int64 = 0
    if fromMember == member, from == account { change &-= points }
    if toMember == member, to == account { change &+= points }
    return change
  }

  /// What happened to the points, in a few words.
  ///
  /// - Parameter member: Whose side is told.
  func words(for member: LoyaltyMember.ID) -> String {
    if let fromMember, let toMember, fromMember != toMember {
      return fromMember == member ? "given to another member" : "got from another member"
    }
    return switch (from, to) {
    case (.held, .redeemed): "redeemed of those set aside"
    case (.held, .available): "set aside no longer"
    case (_, .held): "set aside"
    case (.pending, .available): "confirmed"
    case (.pending, .issued): "not confirmed, taken back"
    case (.issued, .pending): "earned, to be confirmed"
    case (.issued, _): "earned"
    case (.adjusted, _): "given by hand"
    case (_, .adjusted): "taken by hand"
    case (.redeemed, _): "given back"
    case (_, .redeemed): "redeemed"
    case (_, .expired): "ended"
    case (.expired, _): "given back after they had ended"
    case (_, .issued): "taken back"
    case (_, .forfeited): "given up or lost"
    case (.forfeited, _): "given back after they were given up"
    case (_, .conversion): "made points of another kind"
    case (.conversion, _): "made of points of another kind"
    case (.clawLoss, _), (_, .clawLoss): "written off"
    default: "moved"
    }
  }
}

extension LedgerEntry.Kind {
  /// What an entry of the kind did, as the beginning of a sentence.
  var words: String {
    switch self {
    case .earn: "Earned"
    case .redeem: "Redeemed"
    case .hold: "Set aside"
    case .review: "Held back to be looked at"
    case .capture: "Redeemed of what was set aside"
    case .void: "Set aside no longer"
    case .lapse: "Set aside too long"
    case .expire: "Ended"
    case .activate: "Confirmed"
    case .cancelPending: "Not confirmed in time"
    case .refund: "Refunded"
    case .reverse: "Undone"
    case .adjust: "Adjusted by hand"
    case .transfer: "Moved between members"
    case .merge: "Joined with another membership"
    case .unmerge: "Parted from another membership"
    case .forfeit: "Given up or lost"
    case .convert: "Made points of another kind"
    case .evaluate: "Looked at"
    }
  }
}
