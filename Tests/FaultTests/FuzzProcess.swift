#if os(Linux)
import Foundation
import TestSupport
import Testing

/// Tries out mutants in a process of its own, which may neither crash nor hang nor take memory
/// without measure.
///
/// The process tells in a file which mutant it is at, so that one that ends it has a number.
enum FuzzProcess {
  /// What a mutant may take beside a multiple of its bytes: stacks of threads, buffers of a fixed
  /// size.
  static let allowance = 128 << 20

  /// How many times its bytes a mutant may take.
  static let multiple = 256

  private static func note(of process: pid_t, _ name: String) -> String {
    FileManager.default.temporaryDirectory
      .appendingPathComponent("crmkit-fuzz-\(process)-\(name)").path
  }

  // MARK: In the process

  /// Tries so many mutants, as many times as the soak says, of some bytes each; or the one that
  /// the environment's `CRMKIT_MUTANT` names, again.
  static func tryOut(
    _ name: String, count: Int, largest: Int, _ attempt: (UInt64) async throws -> Void
  ) async throws {
    let note = try Note(at: note(of: getppid(), name))
    let only = ProcessInfo.processInfo.environment["CRMKIT_MUTANT"].flatMap(UInt64.init)
    for seed in only.map({ $0..<($0 + 1) }) ?? 0..<UInt64(count * Soak.factor) {
      // By then there are the threads that it takes.
      if seed == 100 && only == nil { limitMemory(to: allowance + multiple * largest) }
      // A hang ends with a signal.
      if seed % 100 == 0 { alarm(600) }
      note.seed = seed
      try await attempt(seed)
    }
    alarm(0)
  }

  /// Limits how much memory this process may still take.
  ///
  /// Sanitizers keep memory of their own, so that there is no limit then.
  static func limitMemory(to bytes: Int) {
    guard dlsym(nil, "__asan_init") == nil, dlsym(nil, "__tsan_init") == nil else { return }
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmData:") } ?? ""
    let used = line.split(separator: " ").compactMap { UInt($0) }.first ?? 0
    var limit = rlimit(rlim_cur: used * 1_024 + UInt(bytes), rlim_max: rlim_t.max)
    let result = setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    precondition(used > 0 && result == 0, "The system does not limit memory.")
  }

  /// A number that is in a file as soon as it is set, without a call of the system.
  private struct Note {
    private let memory: UnsafeMutableRawPointer

    init(at path: String) throws {
      let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
      defer { close(descriptor) }
      try #require(descriptor >= 0 && ftruncate(descriptor, 8) == 0)
      let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
      self.memory = try #require(memory == MAP_FAILED ? nil : memory)
    }

    var seed: UInt64 {
      get { memory.load(as: UInt64.self) }
      nonmutating set { memory.storeBytes(of: newValue, as: UInt64.self) }
    }
  }

  // MARK: Beside it

  /// Tells which mutant a process was at, if it did not get to its end.
  static func report(_ name: String, isDone: Bool) {
    let path = note(of: getpid(), name)
    defer { unlink(path) }
    guard !isDone, let bytes = FileManager.default.contents(atPath: path), bytes.count == 8 else {
      return
    }
    let seed = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    Issue.record("\(name): it ended with mutant \(seed)")
  }
}
#endif
