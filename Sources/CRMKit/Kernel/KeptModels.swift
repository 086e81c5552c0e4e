import Foundation

/// Models that are kept as JSON in records, read once each and again where one was changed.
final class KeptModels<Definition: Record, Model: Codable & Sendable>: Sendable {
  private struct Reading {
    let json: String
    let model: Model
  }

  private let known = Locked<[Definition.ID: Reading]>([:])

  /// The model of a definition.
  ///
  /// - Parameters:
  ///   - id: The definition.
  ///   - json: Its model.
  ///   - what: What it is, for an error: “version 2 of the lifecycle “retail””.
  /// - Throws: ``CRMError/Code/notAllowed`` where this program cannot read it.
  func model(_ id: Definition.ID, _ json: String, _ what: String) throws -> Model {
    if let reading = known.withLock({ $0[id] }), reading.json == json { return reading.model }
    do {
      let model = try JSONDecoder().decode(Model.self, from: Data(json.utf8))
      known.withLock { $0[id] = Reading(json: json, model: model) }
      return model
    } catch {
      throw CRMError(
        .notAllowed, "\(what) cannot be read.",
        recovery: "Use a program at least as new as the one that defined it.",
        record: Definition.schema.name, identifier: id.description)
    }
  }

  /// A model as JSON, the same for the same model.
  static func json(of model: Model) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(model), as: UTF8.self)
  }
}
