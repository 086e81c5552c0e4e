import Dispatch

/// A store of files while it is open: its rows in memory, and the journal that they are kept in.
///
/// Writers build on the latest version, be it on the disk or not; readers see the one that was
/// published. What writers hand in is written by one of them for all that wait.
final class FileEngine: Sendable {
  private struct State {
    /// What the next write builds on.
    var latest: MemoryVersion
    /// What reads see.
    var published: MemoryVersion
    var kinds: FileKinds
    var waiting: [Commit] = []
    var isFlushing = false
    /// How often writes were taken back that others may have built on.
    var setbacks = 0
    var failure = StorageError.closed
    /// How many bytes the rows take in files.
    var size: Int
  }

  let recovery: RecoveryReport

  private let folder: StoreFolder
  private let durability: Durability
  private let smallestSnapshot: Int
  private let lock: StoreLock
  private let state: Locked<State>

  /// Where readers see what was published.
  private let readers: PublishedVersion

  /// Where all that touches the journal runs.
  private let queue = DispatchQueue(label: "CRMStorage.journal")
  private let journal: Journal

  private let snapshots = DispatchQueue(label: "CRMStorage.snapshot")

  /// Where the disk is waited for while others write.
  private let syncs = DispatchQueue(label: "CRMStorage.sync")

  private let work = Locked(Work())

  /// What goes on beside writes.
  private struct Work {
    /// The number of the snapshot that is being written.
    var snapshot: Int?
    var isCancelled = false
    var waiting: [CheckedContinuation<Result<Void, StorageError>, Never>] = []
    /// How many bytes of files ask for the next snapshot after one that failed.
    var nextAttempt = 0
    /// Writes that wait as the snapshot falls behind them.
    var pauses: [Pause] = []
    var isBehind = false
    var isSyncScheduled = false
    var isClosed = false
    /// Why the last snapshot was not written.
    var snapshotFailure: StorageError?
    /// Why the last wait for the disk has failed.
    var syncFailure: StorageError?
  }

  /// How long a write waits at most for a snapshot that falls behind.
  private static let longestPause = DispatchTimeInterval.milliseconds(100)

  /// How many milliseconds pass at least before a disk is tried again that has failed.
  private static let shortestRetry = 500

  init(
    _ loaded: StoreLoader.Loaded, _ version: MemoryVersion, _ journal: Journal,
    _ lock: StoreLock, _ settings: FileSettings, _ readers: PublishedVersion
  ) {
    folder = journal.folder
    recovery = loaded.recovery
    durability = settings.durability
    smallestSnapshot = settings.smallestSnapshot
    self.lock = lock
    self.readers = readers
    self.journal = journal
    state = Locked(
      State(latest: version, published: version, kinds: journal.kinds, size: loaded.size))
  }

  // MARK: Reading and writing

  /// What reads see.
  var published: MemoryVersion { state.withLock { $0.published } }

  /// Lets readers see what there is.
  func show() {
    state.withLock { readers.publish($0.published) }
  }

  /// What a write builds on, and where its changes are noted.
  func base() -> (MemoryVersion, ChangeLog, setbacks: Int) {
    state.withLock { state in
      let log = ChangeLog(state.kinds, mostBytes: max(smallestSnapshot, state.size))
      return (state.latest, log, state.setbacks)
    }
  }

  /// Keeps what a write has made.
  ///
  /// - Parameter handedIn: Called as soon as the next write may begin.
  /// - Throws: ``StorageError`` where it could not be kept, or where what it was built on could
  ///   not; nothing of it is left.
  nonisolated(nonsending) func keep(
    _ commit: Commit, handedIn: () -> Void
  ) async throws(StorageError) {
    let outcome = await withCheckedContinuation { continuation in
      commit.waiter = continuation
      switch handIn(commit) {
      case .kept: continuation.resume(returning: .success(()))
      case .refused: continuation.resume(returning: commit.outcome)
      case .queued: queue.async { self.flush() }
      }
      handedIn()
    }
    try outcome.get()
  }

  private enum Answer {
    case queued, kept, refused
  }

  private func handIn(_ commit: Commit) -> Answer {
    state.withLock { state in
      guard commit.setbacks == state.setbacks else {
        commit.outcome = .failure(state.failure)
        return .refused
      }
      // What saw nothing that could be taken back need not wait for it.
      if commit.log.isEmpty && state.waiting.isEmpty && !state.isFlushing { return .kept }
      state.waiting.append(commit)
      state.latest = commit.version
      return .queued
    }
  }

  /// Writes what waits, and publishes it.
  private func flush() {
    let batch = state.withLock { state in
      defer { state.waiting = [] }
      state.isFlushing = !state.waiting.isEmpty
      return state.waiting
    }
    guard let last = batch.last else { return }
    let isAnew = batch.contains { $0.log.isCut }
    let failure = isAnew ? writeAnew(last.version) : write(batch.map(\.log).filter { !$0.isEmpty })
    let failed = state.withLock { state in
      state.isFlushing = false
      guard let failure else {
        state.published = last.version
        readers.replace(with: last.version)
        if !isAnew { state.size += batch.reduce(0) { $0 + $1.log.growth } }
        return [Commit]()
      }
      // What was built on this falls with it.
      state.latest = state.published
      state.setbacks += 1
      state.failure = failure
      defer { state.waiting = [] }
      return state.waiting
    }
    for commit in batch { commit.end(failure) }
    for commit in failed { commit.end(failure) }
    if failure == nil {
      scheduleSync(notBefore: 0)
      considerSnapshot()
    }
  }

  private func write(_ logs: [ChangeLog]) -> StorageError? {
    if logs.isEmpty { return nil }
    do throws(StorageError) {
      try mend()
      do throws(StorageError) {
        try append(logs)
      } catch  where journal.isBroken {
        try mend()
        try append(logs)
      }
      return nil
    } catch {
      return error
    }
  }

  private func writeAnew(_ version: MemoryVersion) -> StorageError? {
    do throws(StorageError) {
      try rewrite(version, state.withLock { $0.kinds })
      return nil
    } catch {
      return error
    }
  }

  private func append(_ logs: [ChangeLog]) throws(StorageError) {
    try journal.append(logs, waitingForDisk: durability == .everyCommit)
  }

  /// Writes all anew from memory, where files were lost.
  private func mend() throws(StorageError) {
    if journal.isBroken { try rewrite(published, state.withLock { $0.kinds }) }
  }

  private func rewrite(_ version: MemoryVersion, _ kinds: FileKinds) throws(StorageError) {
    stopSnapshot()
    try journal.rewrite(version, kinds)
    work.withLock { ($0.snapshotFailure, $0.syncFailure) = (nil, nil) }
    if let size = journal.snapshot?.size { state.withLock { $0.size = size } }
    if let number = journal.snapshot?.number { removeFiles(before: number) }
  }

  private func removeFiles(before number: Int) {
    guard (try? lock.check()) != nil else { return }
    folder.removeFiles(before: number)
  }

  // MARK: Waiting for the disk

  private func scheduleSync(notBefore shortest: Int) {
    guard case .grouped(let time) = durability else { return }
    let isFirst = work.withLock { work in
      defer { work.isSyncScheduled = true }
      return !work.isSyncScheduled
    }
    guard isFirst else { return }
    // Half of the time is left for the disk.
    let milliseconds = max(shortest, Int(clamping: time.wholeMilliseconds / 2))
    syncs.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      let isClosed = self.work.withLock { work in
        work.isSyncScheduled = false
        return work.isClosed
      }
      if !isClosed && self.wait() != nil { self.scheduleSync(notBefore: Self.shortestRetry) }
    }
  }

  /// Waits until all that was written is on the disk; not to be called on ``queue``.
  func sync() -> StorageError? {
    // One after the other: of two that wait for one file, the disk tells one only that it failed.
    syncs.sync { wait() }
  }

  private func wait() -> StorageError? {
    let failure = waited()
    if failure != .closed { work.withLock { $0.syncFailure = failure } }
    return failure
  }

  private func waited() -> StorageError? {
    do throws(StorageError) {
      guard let debt = try owed() else { return nil }
      var failure: StorageError?
      do throws(StorageError) {
        try debt.file.sync()
        try folder.sync()
      } catch {
        failure = error
      }
      queue.sync { journal.settle(debt, failure) }
      return failure
    } catch {
      return error
    }
  }

  private func owed() throws(StorageError) -> Journal.Debt? {
    let result = queue.sync { () -> Result<Journal.Debt?, StorageError> in
      flush()
      do throws(StorageError) {
        try checkIsOpen()
        try mend()
        return .success(try journal.debt())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  // MARK: Snapshots

  /// Begins a snapshot where the files have outgrown what lives in them.
  ///
  /// With the snapshot that is being written, they are to take three times what lives at most:
  /// it is begun at one and a half times, and where writes bring another half before it has
  /// ended, each that follows gives it some time.
  private func considerSnapshot() {
    let size = state.withLock { $0.size }
    let (isRunning, nextAttempt) = work.withLock { ($0.snapshot != nil, $0.nextAttempt) }
    if isRunning {
      let isBehind = journal.size >= 2 * max(smallestSnapshot, size)
      work.withLock { $0.isBehind = isBehind }
    } else if journal.size >= max(smallestSnapshot, size + size / 2, nextAttempt) {
      do throws(StorageError) {
        try beginSnapshot()
      } catch {
        putOffSnapshot(after: error)
      }
    }
  }

  /// Has a write wait for a snapshot that falls behind; it keeps nobody else waiting.
  nonisolated(nonsending) func giveWay() async {
    guard work.withLock({ $0.isBehind }) else { return }
    await withCheckedContinuation { continuation in
      let pause = Pause(continuation)
      let isBehind = work.withLock { work in
        if work.isBehind { work.pauses.append(pause) }
        return work.isBehind
      }
      guard isBehind else { return pause.end() }
      DispatchQueue.global().asyncAfter(deadline: .now() + Self.longestPause) { pause.end() }
    }
  }

  /// Tries again when the files have grown by a quarter.
  private func putOffSnapshot(after failure: StorageError) {
    let size = state.withLock { $0.size }
    let next = journal.size + max(smallestSnapshot, size) / 4
    work.withLock { work in
      work.nextAttempt = next
      // One that was given up has not failed.
      if failure.code != .closed { work.snapshotFailure = failure }
    }
  }

  private func beginSnapshot() throws(StorageError) {
    try checkIsOpen()
    try journal.begin()
    guard let number = journal.chain.last?.number else { return }
    work.withLock { work in
      work.snapshot = number
      work.isCancelled = false
    }
    let (version, kinds) = state.withLock { ($0.published, $0.kinds) }
    let header = FileHeader(previous: nil, sequence: journal.sequence, kinds: kinds.stored)
    let writer = SnapshotWriter(folder, number, header, kinds)
    snapshots.async {
      let result: Result<Int, StorageError>
      do throws(StorageError) {
        let size = try writer.write(version) { self.work.withLock { $0.isCancelled } }
        try self.lock.check()
        try writer.publish()
        result = .success(size)
      } catch {
        result = .failure(error)
      }
      self.queue.async { self.endSnapshot(number, result) }
    }
  }

  private func beginSnapshotMending() throws(StorageError) {
    try mend()
    do throws(StorageError) {
      try beginSnapshot()
    } catch  where journal.isBroken {
      try mend()
      try beginSnapshot()
    }
  }

  private func endSnapshot(_ number: Int, _ result: Result<Int, StorageError>) {
    let ended = work.withLock { work -> Work? in
      guard work.snapshot == number else { return nil }
      defer { (work.waiting, work.pauses) = ([], []) }
      work.snapshot = nil
      work.isBehind = false
      return work
    }
    guard let ended else { return }
    switch result {
    case .success(let size):
      work.withLock { $0.snapshotFailure = nil }
      journal.replace(by: (number, size))
      snapshots.async { self.removeFiles(before: number) }
    case .failure(let failure): putOffSnapshot(after: failure)
    }
    for waiter in ended.waiting { waiter.resume(returning: result.map { _ in }) }
    for pause in ended.pauses { pause.end() }
  }

  /// Ends a snapshot before its time.
  private func stopSnapshot() {
    let wasRunning = work.withLock { work in
      work.isCancelled = true
      return work.snapshot
    }
    snapshots.sync {}
    if let wasRunning { endSnapshot(wasRunning, .failure(.snapshotCancelled)) }
  }

  /// Writes a snapshot, and waits for it.
  nonisolated(nonsending) func compact() async throws(StorageError) {
    // One that runs already may lack the last writes.
    while try await !joinSnapshot() {}
  }

  /// Waits for the snapshot that runs, or for one of its own.
  ///
  /// - Returns: Whether it was its own.
  /// - Throws: What its own failed with, or kept it from being begun.
  private nonisolated(nonsending) func joinSnapshot() async throws(StorageError) -> Bool {
    let isOwn = Locked(false)
    let result = await withCheckedContinuation { continuation in
      queue.async {
        do throws(StorageError) {
          try self.checkIsOpen()
          let isFree = self.work.withLock { $0.snapshot == nil }
          isOwn.withLock { $0 = isFree }
          if isFree { try self.beginSnapshotMending() }
          self.work.withLock { $0.waiting.append(continuation) }
        } catch {
          // Nothing runs to be waited for: asking again would be refused again.
          isOwn.withLock { $0 = true }
          continuation.resume(returning: Result<Void, StorageError>.failure(error))
        }
      }
    }
    let own = isOwn.withLock { $0 }
    if own { try result.get() }
    return own
  }

  // MARK: Looking after it

  /// What failed of what nobody waited for, and is tried again.
  var health: StorageHealth {
    let (snapshot, sync) = work.withLock { ($0.snapshotFailure, $0.syncFailure) }
    let troubles = [
      snapshot.map {
        $0.trouble("The store could not write a snapshot", "Its files grow until it can.")
      },
      sync.map {
        $0.trouble(
          "A loss of power now could take back what was written last",
          "The store tries again until it has all.")
      },
    ]
    return StorageHealth(troubles: troubles.compactMap(\.self))
  }

  /// Looks at the checksums of all files; not to be called on ``queue``.
  func damage() -> [StorageError] {
    var known = queue.sync { (journal.chain, journal.snapshot) }
    while true {
      let problems = FileCheck(folder: folder).problems(chain: known.0, snapshot: known.1)
      let now = queue.sync { (journal.chain, journal.snapshot) }
      // Files that a snapshot has replaced meanwhile are rightly gone.
      if problems.isEmpty || now.1?.number == known.1?.number { return problems }
      known = now
    }
  }

  // MARK: Opening and closing

  private func checkIsOpen() throws(StorageError) {
    if work.withLock({ $0.isClosed }) { throw .closed }
  }

  /// Makes sure of what was found, and goes on with the kinds of record that are asked for.
  func begin(_ version: MemoryVersion) throws(StorageError) {
    try onQueue { () throws(StorageError) in
      do throws(StorageError) {
        // What reads are about to see must not be lost.
        if durability != .onClose { try journal.secure() }
      } catch  where journal.isBroken {
        return try change(to: version)
      }
      try change(to: version)
    }
  }

  /// Goes on with other kinds of record.
  func settle(_ version: MemoryVersion) throws(StorageError) {
    try onQueue { () throws(StorageError) in try change(to: version) }
  }

  private func onQueue(_ body: () throws(StorageError) -> Void) throws(StorageError) {
    let result = queue.sync { () -> Result<Void, StorageError> in
      do throws(StorageError) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Changes files and memory in one step, as a snapshot may be asked for right behind it.
  private func change(to version: MemoryVersion) throws(StorageError) {
    let kinds = FileKinds(version.shape.kept)
    try keep(version, kinds)
    state.withLock { state in
      state.latest = version
      state.published = version
      readers.replace(with: version)
      state.kinds = kinds
    }
  }

  private func keep(_ version: MemoryVersion, _ kinds: FileKinds) throws(StorageError) {
    if journal.isBroken { return try rewrite(version, kinds) }
    let before = journal.kinds.stored
    if kinds.stored == before && !journal.chain.isEmpty { return journal.use(kinds) }
    if Set(kinds.stored).isSuperset(of: before) { return try journal.extend(to: kinds) }
    try rewrite(version, kinds)
  }

  /// Waits for all that was handed in.
  func drain() {
    queue.sync { flush() }
  }

  /// Ends all work, waits for the disk and gives the lock back.
  func close() {
    // On the queue, so that what is not refused has begun by now; it goes first.
    queue.sync { work.withLock { $0.isClosed = true } }
    syncs.sync {}
    queue.sync {
      flush()
      stopSnapshot()
      // What a wait for the disk fails with can be mended once.
      for _ in 0..<2 {
        try? mend()
        try? journal.rest()
      }
    }
    snapshots.sync {}
    lock.release()
  }
}

extension StorageError {
  /// The failure of something that a store did by itself.
  fileprivate func trouble(_ what: String, _ consequence: String) -> StorageError {
    StorageError(code, "\(what): \(message)", recovery: "\(recovery) \(consequence)")
  }
}

/// A write that gives a snapshot some time.
private final class Pause: Sendable {
  private let continuation: Locked<CheckedContinuation<Void, Never>?>

  init(_ continuation: CheckedContinuation<Void, Never>) {
    self.continuation = Locked(continuation)
  }

  /// Lets it go on; all calls but the first do nothing.
  func end() {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume()
  }
}

/// What one write has made, on its way to the journal.
final class Commit: @unchecked Sendable {
  // Proof: who hands it in is the only one to touch it before, and who writes it for all the only
  // one until the outcome is told.

  let version: MemoryVersion
  let log: ChangeLog
  /// How many setbacks there were before what it was built on.
  let setbacks: Int
  var waiter: CheckedContinuation<Result<Void, StorageError>, Never>?
  var outcome: Result<Void, StorageError> = .success(())

  init(_ version: MemoryVersion, _ log: ChangeLog, setbacks: Int) {
    self.version = version
    self.log = log
    self.setbacks = setbacks
  }

  func end(_ failure: StorageError?) {
    if let failure { outcome = .failure(failure) }
    waiter?.resume(returning: outcome)
  }
}
