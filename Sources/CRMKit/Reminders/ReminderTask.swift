/// The task to remind someone at the next occurrence of a reminder.
struct ReminderTask: AgendaTask {
  var reminder: Reminder.ID

  var key: String { reminder.description }

  static let name = "reminders.next"

  private struct Fields: Sendable {
    let reminder = Field<ReminderTask, Reminder.ID>(
      "reminder", { $0.reminder }, { $0.reminder = $1 })
  }

  static let layout = Layout(Fields(), blank: ReminderTask(reminder: .zero))
}
