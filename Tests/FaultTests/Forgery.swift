@testable import CRMStorage

/// The frames of a file without what protects them, so that what is behind the checksums can be
/// changed as well.
struct Forgery {
  private let name: StoreFile
  private let signature: [UInt8]
  private(set) var bodies: [[UInt8]] = []

  /// Takes a file apart that is not damaged.
  init(_ bytes: [UInt8], of name: StoreFile) {
    self.name = name
    signature = Array(bytes.prefix(FileHeader.signature.count))
    var position = signature.count
    while position + Frame.headSize <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
      position += Frame.headSize
      guard length <= bytes.count - position else { break }
      bodies.append(Array(bytes[position..<(position + length)]))
      position += length
    }
  }

  /// A file of one kind of frame behind the header of another.
  init(header: [UInt8], of name: StoreFile, bodies: [[UInt8]]) {
    self.init(header, of: name)
    self.bodies = Array(self.bodies.prefix(1)) + bodies
  }

  /// Changes what frames say, or which there are.
  mutating func change(with mutation: inout Mutation, others: [UInt8]) {
    guard let position = mutation.pick(Array(bodies.indices)) else { return }
    switch mutation.number(0...7) {
    case 0: bodies.remove(at: position)
    case 1: bodies.insert(bodies[position], at: mutation.number(0...bodies.count))
    case 2: bodies.swapAt(position, mutation.number(0...(bodies.count - 1)))
    case 3:
      // What a frame is, as other numbers of the first bytes are small.
      if !bodies[position].isEmpty { bodies[position][0] = UInt8(mutation.number(0...8)) }
    default: mutation.change(&bodies[position], others: others)
    }
  }

  /// The file again, with checksums that hold.
  ///
  /// - Parameter lie: What a frame says about its length instead; `nil` for the truth.
  func bytes(lying lie: () -> UInt32? = { nil }) -> [UInt8] {
    var bytes = signature
    for body in bodies {
      let length = lie() ?? UInt32(body.count)
      let sum = body.withUnsafeBytes { Checksum.of($0) }
      let seal = Frame.seal(name, bytes.count, length, sum)
      for number in [length, sum, seal] {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
      }
      bytes += body
    }
    return bytes
  }
}
