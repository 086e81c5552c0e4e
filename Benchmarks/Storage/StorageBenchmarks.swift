import Benchmark
import Workloads

let benchmarks: @Sendable () -> Void = {
  let profiles = Lazy { try await ProfileWorkloads() }
  let scans = Lazy { try await profiles.value.scans() }
  let finds = Lazy { try await profiles.value.finds() }

  harness("Storage/insert rows/CRMKit") { try await profiles.value.inserts.crm }
  harness("Storage/insert rows/GRDB record") { try await profiles.value.inserts.fast }
  harness("Storage/insert rows/GRDB Codable") { try await profiles.value.inserts.codable }
  harness("Storage/insert rows/C calls") { try await profiles.value.inserts.limit }
  harness("Storage/scan rows/CRMKit") { try await scans.value.crm }
  harness("Storage/scan rows/GRDB record") { try await scans.value.fast }
  harness("Storage/scan rows/GRDB Codable") { try await scans.value.codable }
  harness("Storage/scan rows/C calls") { try await scans.value.limit }
  harness("Storage/find a row/CRMKit") { try await finds.value.crm }
  harness("Storage/find a row/GRDB record") { try await finds.value.fast }
  harness("Storage/find a row/C calls") { try await finds.value.limit }
}
