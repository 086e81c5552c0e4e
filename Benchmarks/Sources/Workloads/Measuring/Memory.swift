import Foundation

/// The memory of this process that is in RAM, in bytes; zero where the system does not say.
public func residentMemory() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
    return 0
  }
  let fields = text.split(separator: " ")
  guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
  return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// The most memory of this process that was in RAM since ``resetPeakMemory()``, in bytes; zero
/// where the system does not say.
public func peakMemory() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
    return 0
  }
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) * 1_024
}

/// Has ``peakMemory()`` count from now on.
public func resetPeakMemory() {
  guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
  try? file.write(contentsOf: Data("5".utf8))
  try? file.close()
}
