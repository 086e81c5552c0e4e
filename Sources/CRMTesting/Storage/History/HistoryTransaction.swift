import CRMStorage

/// One step of a history.
struct HistoryTransaction: Sendable, CustomStringConvertible {
  /// What one step does within its transaction.
  indirect enum Move: Sendable {
    case edit(HistoryEdit)
    case ask(HistoryQuestion)
    /// Leaves a bookmark at the end of a page.
    case mark(HistoryQuestion)
    /// Asks for what comes after the bookmark that an earlier step left.
    case goOn
    case attempt([Move], throwing: Bool)
  }

  var moves: [Move]
  /// Whether the first refusal ends the transaction.
  var isStrict = false
  /// Whether the closure throws at its end.
  var isThrowing = false
  var isReading = false

  var description: String {
    let kind = isReading ? "read" : "write"
    return "\(isStrict ? "strict " : "")\(isThrowing ? "throwing " : "")\(kind) \(moves)"
  }

  /// Plays the step on the model.
  func play(on model: ModelTarget) -> [HistoryReply] {
    var replies: [HistoryReply] = []
    let before = model.tables
    do {
      try play(moves, on: model, &replies)
      if isThrowing { throw Interruption() }
    } catch {
      model.tables = before
    }
    return replies + [model.everything]
  }

  /// Plays the step on a storage.
  func play(on storage: any Storage, _ bookmark: inout HistoryBookmark?) async throws
    -> [HistoryReply]
  {
    var replies: [HistoryReply] = []
    do {
      if isReading {
        try await storage.read { tx in
          let target = StorageTarget(reader: tx, bookmark)
          defer { bookmark = target.bookmark }
          try play(moves, on: target, &replies)
        }
      } else {
        try await storage.write { tx in
          let target = StorageTarget(writer: tx, bookmark)
          defer { bookmark = target.bookmark }
          try play(moves, on: target, &replies)
          if isThrowing { throw Interruption() }
        }
      }
    } catch is Interruption {}
    return replies + [try await storage.read { try StorageTarget(reader: $0, nil).everything() }]
  }

  private func play(_ moves: [Move], on target: any HistoryTarget, _ replies: inout [HistoryReply])
    throws
  {
    for move in moves {
      switch move {
      case .edit(let edit):
        let reply = try target.perform(edit)
        replies.append(reply)
        if isStrict, reply.isRefusal { throw Interruption() }
      case .ask(let question): replies.append(try target.ask(question))
      case .mark(let question): replies.append(try target.mark(question))
      case .goOn: replies.append(try target.goOn())
      case .attempt(let inner, let isThrowing):
        do {
          try target.attempt {
            try play(inner, on: target, &replies)
            if isThrowing { throw Interruption() }
          }
        } catch is Interruption {}
      }
    }
  }
}

/// What a history is played on: the model, or a transaction of a storage.
protocol HistoryTarget: AnyObject {
  func perform(_ edit: HistoryEdit) throws -> HistoryReply
  func ask(_ question: HistoryQuestion) throws -> HistoryReply
  func mark(_ question: HistoryQuestion) throws -> HistoryReply
  func goOn() throws -> HistoryReply
  func attempt(_ body: () throws -> Void) throws
}

/// A place in the answer to a question.
struct HistoryBookmark {
  var question: HistoryQuestion
  var cursor: Cursor<Sailor>
}

/// One change.
enum HistoryEdit: Sendable {
  case insertCrew(Crew), updateCrew(Crew), deleteCrew(Identifier<Crew>)
  case insertSailor(Sailor), updateSailor(Sailor), deleteSailor(Identifier<Sailor>)
  case insertPostcard(Postcard), updatePostcard(Postcard), deletePostcard(Identifier<Postcard>)
}
