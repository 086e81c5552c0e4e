/// A reminder was set.
public struct ReminderSet: Event {
  /// The reminder.
  public var reminder: Reminder.ID
  /// Who is reminded.
  public var owner: Principal

  public static let name = "reminders.set"

  private struct Fields: Sendable {
    let reminder = Field<ReminderSet, Reminder.ID>(
      "reminder", { $0.reminder }, { $0.reminder = $1 })
    let owner = Field<ReminderSet, Principal>(
      "owner", { $0.owner }, { $0.owner = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ReminderSet(reminder: .zero, owner: .system))
}

/// It is time for what someone wanted to be reminded of.
public struct ReminderFired: Event {
  /// The reminder.
  public var reminder: Reminder.ID
  /// Who is reminded.
  public var owner: Principal
  /// The local day it is for.
  public var date: CalendarDate

  public static let name = "reminders.fired"

  private struct Fields: Sendable {
    let reminder = Field<ReminderFired, Reminder.ID>(
      "reminder", { $0.reminder }, { $0.reminder = $1 })
    let owner = Field<ReminderFired, Principal>(
      "owner", { $0.owner }, { $0.owner = $1 })
    let date = Field<ReminderFired, CalendarDate>(
      "date", { $0.date }, { $0.date = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ReminderFired(reminder: .zero, owner: .system, date: Recurrence.blank.anchor))
}

/// A reminder was changed; the recorded event has the fields, before and after.
public struct ReminderUpdated: Event {
  /// The reminder.
  public var reminder: Reminder.ID

  public static let name = "reminders.updated"

  private struct Fields: Sendable {
    let reminder = Field<ReminderUpdated, Reminder.ID>(
      "reminder", { $0.reminder }, { $0.reminder = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ReminderUpdated(reminder: .zero))
}

/// A reminder was taken away; the recorded event has what it held.
public struct ReminderCancelled: Event {
  /// The reminder.
  public var reminder: Reminder.ID

  public static let name = "reminders.cancelled"

  private struct Fields: Sendable {
    let reminder = Field<ReminderCancelled, Reminder.ID>(
      "reminder", { $0.reminder }, { $0.reminder = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ReminderCancelled(reminder: .zero))
}
