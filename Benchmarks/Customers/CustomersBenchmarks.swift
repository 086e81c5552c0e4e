import Benchmark
import Workloads

let benchmarks: @Sendable () -> Void = {
  let memory = Lazy {
    try await CustomersInMemory(Scale.canonical(1_000_000, small: 1_000))
  }
  let stored = Lazy { try await StoredCustomers() }
  let finds = Lazy { try await stored.value.finds(each: false) }
  let eachFinds = Lazy { try await stored.value.finds(each: true) }

  harness("Customers/memory/add, 1,000 a write") { CustomersInMemory.additions() }
  harness("Customers/memory/find, each its own read") { try await memory.value.finds(each: true) }
  harness("Customers/memory/find, one read") { try await memory.value.finds(each: false) }
  harness("Customers/memory/filtered scan") { try await memory.value.filteredScan }
  harness("Customers/memory/first page") { try await memory.value.pages(later: false) }
  harness("Customers/memory/later page") { try await memory.value.pages(later: true) }
  harness("Customers/memory/add, one a write") { try await memory.value.singleAdditions() }
  harness("Customers/SQLite/insert/CRMKit") { try await stored.value.inserts.crm }
  harness("Customers/SQLite/insert/C calls") { try await stored.value.inserts.limit }
  harness("Customers/SQLite/find, one read/CRMKit") { try await finds.value.crm }
  harness("Customers/SQLite/find, one read/C calls") { try await finds.value.limit }
  harness("Customers/SQLite/find, each its own read/CRMKit") { try await eachFinds.value.crm }
  harness("Customers/SQLite/find, each its own read/C calls") {
    try await eachFinds.value.limit
  }
}
