import CRMStorage
import CRMTesting
import Testing

@Suite("A simulated disk")
struct SimulatedDiskTests {
  private let disk = SimulatedDisk(seed: 3)

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func append(_ text: String, to file: any OpenFile) throws {
    try append(bytes(text), to: file)
  }

  private func append(_ bytes: [UInt8], to file: any OpenFile) throws {
    try bytes.withUnsafeBytes { try file.append($0) }
  }

  /// A file whose name and first content are safe.
  private func safeFile(_ path: String = "shop/journal", holding text: String = "") throws
    -> any OpenFile
  {
    try disk.makeFolder("shop")
    try disk.syncFolder("")
    let file = try disk.open(path, .create)
    try append(text, to: file)
    try file.sync()
    try disk.syncFolder("shop")
    return file
  }

  private func code(_ body: () throws -> Void) -> StorageError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? StorageError)?.code
    }
  }

  @Test("Files hold what is written at their end, and give it back by position")
  func readsBack() throws {
    let file = try safeFile(holding: "one")
    try append(" two", to: file)
    var buffer = [UInt8](repeating: 0, count: 10)
    let count = try buffer.withUnsafeMutableBytes { try file.read($0, at: 2) }
    #expect(buffer.prefix(count) == bytes("e two")[...])
    #expect(try file.size() == 7)
    try file.truncate(to: 2)
    #expect(disk.content(of: "/shop/journal") == bytes("on"))
    #expect(try file.read(.init(start: nil, count: 0), at: 5) == 0)
  }

  @Test("Names are listed in order, and moved and removed within their folder")
  func names() throws {
    _ = try safeFile("shop/b")
    _ = try disk.open("shop/a", .create)
    #expect(try disk.list("shop") == ["a", "b"])
    try disk.rename("shop/a", to: "shop/b")
    #expect(try disk.list("shop") == ["b"])
    try disk.remove("shop/b")
    #expect(try disk.list("shop").isEmpty)
    #expect(try disk.list("") == ["shop"])
  }

  @Test("What is not there, or must not be, cannot be opened")
  func refusals() throws {
    let file = try safeFile()
    #expect(code { _ = try disk.open("shop/journal", .create) } == .cannotOpen)
    #expect(code { _ = try disk.open("shop/none", .read) } == .cannotOpen)
    #expect(code { _ = try disk.open("none/file", .create) } == .cannotOpen)
    #expect(code { _ = try disk.list("none") } == .cannotOpen)
    #expect(code { try disk.remove("shop/none") } == .cannotOpen)
    #expect(code { try disk.makeFolder("shop/journal") } == .cannotOpen)
    try disk.makeFolder("shop")
    let reading = try disk.open("shop/journal", .read)
    #expect(code { try append("x", to: reading) } == .inputOutput)
    file.close()
    #expect(code { _ = try file.size() } == .inputOutput)
  }

  @Test("A lock has one holder, whom others are told of")
  func locks() throws {
    try disk.makeFolder("shop")
    let lock = try disk.lock("shop", holder: "Kim")
    let error = #expect(throws: StorageError.self) { try disk.lock("shop", holder: "Lee") }
    #expect(error?.code == .busy && error?.holder == "Kim")
    #expect(disk.afterPowerLoss(.nothing).files == ["shop/lock"])
    _ = try disk.afterPowerLoss(.nothing).lock("shop", holder: "Lee")
    lock.release()
    _ = try disk.lock("shop", holder: "Lee")
  }

  @Test("What was synced is there after every loss, whatever the seed", arguments: 1...20)
  func safe(seed: UInt64) throws {
    let file = try safeFile(holding: "safe")
    try append(" lost", to: file)
    for loss in PowerLoss.allCases {
      let found = disk.afterPowerLoss(loss, seed: seed)
      #expect(found.content(of: "shop/journal")?.prefix(4) == bytes("safe")[...], "\(loss)")
    }
    #expect(disk.afterPowerLoss(.nothing).content(of: "shop/journal") == bytes("safe lost"))
    #expect(disk.afterPowerLoss(.everything).content(of: "shop/journal") == bytes("safe"))
  }

  @Test("A synced file without a synced name is lost, and so is one in a folder without")
  func unsafeNames() throws {
    let file = try safeFile(holding: "x")
    let other = try disk.open("shop/new", .create)
    try append("content", to: other)
    try other.sync()
    #expect(disk.afterPowerLoss(.everything).files == ["shop/journal"])
    try disk.makeFolder("shop/deep")
    let deep = try disk.open("shop/deep/file", .create)
    try deep.sync()
    try disk.syncFolder("shop/deep")
    #expect(disk.afterPowerLoss(.everything).files == ["shop/journal"])
    try disk.syncFolder("shop")
    #expect(
      disk.afterPowerLoss(.everything).files == ["shop/deep/file", "shop/journal", "shop/new"])
    withExtendedLifetime(file) {}
  }

  @Test("A tail lost leaves what came before, the last write in part")
  func tail() throws {
    let file = try safeFile()
    for part in ["one ", "two ", "three "] { try append(part, to: file) }
    let all = bytes("one two three ")
    var lengths: Set<Int> = []
    for seed in UInt64(1)...100 {
      let found = try #require(
        disk.afterPowerLoss(.tail, seed: seed).content(of: "shop/journal"))
      #expect(found == Array(all.prefix(found.count)))
      lengths.insert(found.count)
    }
    #expect(lengths.count >= 10)
  }

  @Test("Scattered sectors are each old or new; torn ones are both")
  func scattered() throws {
    let file = try safeFile()
    for _ in 0..<4 { try append([UInt8](repeating: 1, count: 512), to: file) }
    var patterns: Set<[UInt8]> = []
    var tears = 0
    for seed in UInt64(1)...200 {
      let found = try #require(
        disk.afterPowerLoss(.scattered, seed: seed).content(of: "shop/journal"))
      let sectors = stride(from: 0, to: found.count, by: 512).map { found[$0..<($0 + 512)] }
      #expect(sectors.allSatisfy { Set($0).count == 1 })
      patterns.insert(sectors.map { $0.first ?? 9 })
      let torn = try #require(disk.afterPowerLoss(.torn, seed: seed).content(of: "shop/journal"))
      let halves = stride(from: 0, to: torn.count, by: 512).map { torn[$0..<($0 + 512)] }
      tears += halves.count { Set($0).count == 2 }
    }
    // Any of four sizes, and each sector of it there or not.
    #expect(patterns.count == 31)
    #expect(tears > 50)
  }

  @Test("A later write brings along the earlier ones of its sector")
  func versions() throws {
    let file = try safeFile()
    try append("a", to: file)
    try append("b", to: file)
    var found: Set<[UInt8]> = []
    for seed in UInt64(1)...100 {
      found.insert(
        try #require(disk.afterPowerLoss(.scattered, seed: seed).content(of: "shop/journal")))
    }
    #expect(found == [[], [0], [0, 0], bytes("a"), bytes("a\0"), bytes("ab")])
  }

  @Test("Scattered names are each old or new, and a renaming is one step")
  func scatteredNames() throws {
    _ = try safeFile("shop/old")
    _ = try disk.open("shop/new", .create)
    try disk.syncFolder("shop")
    try disk.rename("shop/new", to: "shop/current")
    try disk.remove("shop/old")
    var found: Set<[String]> = []
    for seed in UInt64(1)...50 {
      found.insert(disk.afterPowerLoss(.scattered, seed: seed).files)
    }
    #expect(
      found == [
        ["shop/new", "shop/old"], ["shop/current", "shop/old"], ["shop/new"], ["shop/current"],
      ])
  }

  @Test("After a sync that failed, a later one makes nothing safe that waited for the first")
  func forgotten() throws {
    let file = try safeFile()
    try append([UInt8](repeating: 1, count: 512), to: file)
    disk.schedule(.failure(.inputOutput), at: 1)
    #expect(code { try file.sync() } == .inputOutput)
    try append([UInt8](repeating: 2, count: 512), to: file)
    try file.sync()
    var found: Set<[UInt8]> = []
    for seed in UInt64(1)...20 {
      let content = try #require(
        disk.afterPowerLoss(.scattered, seed: seed).content(of: "shop/journal"))
      #expect(content.count == 1_024)
      found.insert([content[0], content[512]])
    }
    #expect(found == [[0, 2], [1, 2]])
    // Cut off and written again, it is as safe as ever.
    try file.truncate(to: 0)
    try append([UInt8](repeating: 3, count: 512), to: file)
    try file.sync()
    for seed in UInt64(1)...20 {
      #expect(
        disk.afterPowerLoss(.scattered, seed: seed).content(of: "shop/journal")
          == [UInt8](repeating: 3, count: 512))
    }
  }

  @Test("A fault comes at the operation it was ordered for, and once")
  func once() throws {
    let file = try safeFile()
    disk.schedule(.failure(.full), at: 2)
    try append("a", to: file)
    #expect(try file.size() == 1)
    #expect(disk.isFaultPending)
    #expect(code { try append("b", to: file) } == .full)
    #expect(!disk.isFaultPending)
    try append("c", to: file)
    #expect(disk.content(of: "shop/journal") == bytes("ac"))
  }

  @Test("A fault that lasts goes on until it is removed, where it can happen")
  func lasting() throws {
    let file = try safeFile()
    disk.schedule(.failure(.permissionDenied, isLasting: true), at: 1)
    try append("a", to: file)
    for _ in 0..<2 { #expect(code { _ = try disk.list("shop") } == .permissionDenied) }
    #expect(disk.isFaultPending && disk.faultsHappened == 2)
    disk.removeFault()
    #expect(try disk.list("shop") == ["journal"])
    #expect(!disk.isFaultPending && disk.faultsHappened == 2)
  }

  @Test("A short write leaves a part and says that the disk is full")
  func short() throws {
    let file = try safeFile()
    disk.schedule(.shortWrite, at: 1)
    #expect(code { try append("abcdef", to: file) } == .full)
    let left = try #require(disk.content(of: "shop/journal"))
    #expect(left.count < 6 && left == Array(bytes("abcdef").prefix(left.count)))
  }

  @Test("A disk takes no more than its capacity until there is room")
  func capacity() throws {
    let file = try safeFile(holding: "abc")
    disk.capacity = 5
    #expect(code { try append("defg", to: file) } == .full)
    #expect(disk.content(of: "shop/journal") == bytes("abcde"))
    try file.truncate(to: 0)
    try append("wxyz", to: file)
    disk.capacity = nil
    try append("and more", to: file)
    #expect(try file.size() == 12)
  }

  @Test("The operation before the power goes happens, and none after it")
  func powerCut() throws {
    let file = try safeFile()
    disk.schedule(.powerCut, at: 1)
    try append("a", to: file)
    #expect(disk.isPowerOff)
    #expect(code { try file.sync() } == .inputOutput)
    #expect(code { _ = try disk.list("shop") } == .inputOutput)
    disk.removeFault()
    #expect(code { _ = try disk.list("shop") } == .inputOutput)
    #expect(disk.afterPowerLoss(.nothing).content(of: "shop/journal") == bytes("a"))
    #expect(disk.afterPowerLoss(.everything).content(of: "shop/journal") == [])
  }

  @Test("Damage is what a program finds from then on")
  func damage() throws {
    let file = try safeFile(holding: "abc")
    disk.damage("shop/journal") { $0[1] ^= 1 }
    #expect(disk.afterPowerLoss(.everything).content(of: "shop/journal") == bytes("acc"))
    #expect(try file.size() == 3)
  }

  @Test("The same calls and seeds give the same disk", arguments: PowerLoss.allCases)
  func repeats(loss: PowerLoss) throws {
    let file = try safeFile()
    for size in [100, 700, 2_000] { try append([UInt8](repeating: 7, count: size), to: file) }
    let first = disk.afterPowerLoss(loss, seed: 9).content(of: "shop/journal")
    #expect(disk.afterPowerLoss(loss, seed: 9).content(of: "shop/journal") == first)
  }

  @Test("An operation is counted from 1")
  func precondition() async {
    await #expect(processExitsWith: .failure) {
      SimulatedDisk().schedule(.powerCut, at: 0)
    }
  }
}
