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

extension KeptModels where Model: Equatable {
  /// The model that a version was defined as, if it is what it is to be defined as again.
  ///
  /// - Parameters:
  ///   - version: The version of the model.
  ///   - definition: The definition of that version, if there is one.
  ///   - last: The latest version there is.
  ///   - record: What models of the kind are called in errors.
  ///   - other: What the version is where it differs: “the lifecycle “retail” is another model”.
  ///   - read: Reads the model of a definition.
  /// - Returns: `nil` for the next version, which is still to be defined.
  /// - Throws: ``CRMError/Code/conflict`` where the version is defined otherwise,
  ///   ``CRMError/Code/invalid`` where it is not the next one.
  static func known(
    _ model: Model, version: Int, as definition: Definition?, after last: Int?, record: String,
    otherwise other: String, read: (Definition) throws -> Model
  ) throws -> Model? {
    let next = (last ?? 0) + 1
    if let definition {
      let kept = try read(definition)
      if kept == model { return kept }
      throw CRMError(
        .conflict, "Version \(version) of \(other).",
        recovery: "Give the changed model version \(next).", record: record,
        identifier: definition.id.description, current: definition)
    }
    guard version == next else {
      throw CRMError.invalid(record, [.init("version", "is not \(next), the next one")])
    }
    return nil
  }
}
