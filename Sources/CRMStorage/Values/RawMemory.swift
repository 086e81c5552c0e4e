#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Memory without a type, aligned for any number.
///
/// Swift's own asks the system for memory of an alignment, which passes over what the system keeps
/// ready for the next to ask, and takes several times as long.
enum RawMemory {
  /// Memory of so many bytes, to be given back by ``free(_:)``.
  static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    guard let memory = malloc(max(count, 1)) else {
      preconditionFailure("The system has no memory for \(count) bytes.")
    }
    return memory
  }

  /// Gives memory back.
  static func free(_ memory: UnsafeMutableRawPointer) {
    release(memory)
  }
}

/// The system's, which has the name of the one above.
private func release(_ memory: UnsafeMutableRawPointer) {
  free(memory)
}
