extension NextStepSource {
  /// Who waits for a reply, and the contact that is planned next or is not.
  ///
  /// An order that was placed waits for none.
  static let contacts = NextStepSource { file, tx in
    [reply(in: file, within: tx.metrics.settings.answerWindow), meeting(in: file, tx.zone)]
      .compactMap { $0 }
  }

  /// What somebody wants to be reminded of within a week; of a commitment, that itself is the step.
  static let reminders = NextStepSource { file, tx in
    let end = file.asOf + .seconds(7 * 86_400)
    return try tx.reminders.upcoming(about: file.customer.id).items.compactMap { reminder in
      guard let at = reminder.nextAt, at <= end, reminder.commitment == nil else { return nil }
      return NextStep(
        .remember, about: RecordReference(reminder.id),
        because: "“\(reminder.text)” is to be remembered at \(at).",
        evidence: [
          LifecycleEvidence(
            "last reminded", reminder.lastFiredAt.map { "\($0)" } ?? "never")
        ], who: reminder.owner, by: at)
    }
  }

  private static func reply(in file: CustomerFile, within window: Duration) -> NextStep? {
    file.unanswered.map { contact in
      NextStep(
        .reply, about: RecordReference(contact.id),
        because: "The customer turned to the firm at \(contact.occurredAt)"
          + " (“\(contact.subject)”), and nothing is known to have come of it.",
        evidence: [
          LifecycleEvidence("last contact", "\(contact.occurredAt)"),
          LifecycleEvidence("channel", contact.channel.rawValue),
        ], by: contact.occurredAt + window)
    }
  }

  private static func meeting(in file: CustomerFile, _ zone: Zone) -> NextStep? {
    if let contact = file.nextContact {
      return NextStep(
        .meet, about: RecordReference(contact.id),
        because: "“\(contact.subject)” is planned for \(contact.occurredAt).",
        evidence: [LifecycleEvidence("channel", contact.channel.rawValue)],
        who: contact.staff.first, by: contact.occurredAt)
    }
    let last = file.lastContact.map { "the last one was at \($0.occurredAt)" }
    return NextStep(
      .planContact, because: "No contact is planned; \(last ?? "there was none yet").",
      evidence: [
        LifecycleEvidence(
          "last contact", file.lastContact.map { "\($0.occurredAt)" } ?? "never")
      ], by: file.nextOccasion(in: zone))
  }
}

extension CustomerFile {
  /// When the customer is met next, or is to be: at the contact that is planned, or else by the
  /// first review of a plan that is to come, or else so many days after the last contact, or after
  /// the file was opened.
  func nextOccasion(in zone: Zone) -> Instant {
    if let nextContact { return nextContact.occurredAt }
    if let review = plans.compactMap(\.reviewAt).filter({ $0 >= asOf }).min() { return review }
    return NextStep.Kind.planContact.due(
      after: lastContact?.occurredAt ?? customer.createdAt, in: zone)
  }
}
