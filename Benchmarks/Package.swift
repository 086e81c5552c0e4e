// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "CRMKitBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "CRMKit", path: ".."),
    // Without traits it needs no library that replaces malloc.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
  ],
  targets: [
    // What is measured, and what it is measured against.
    .target(
      name: "Workloads",
      dependencies: [
        .product(name: "CRMKit", package: "CRMKit"),
        .product(name: "CRMSQLite", package: "CRMKit"),
        .product(name: "CRMTesting", package: "CRMKit"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    // The ratios, measured in one run and printed as a table.
    .executableTarget(name: "Figures", dependencies: ["Workloads"]),
    // The same workloads in the harness; it takes executables that lie beside this file.
    .harness("Storage"),
    .harness("Customers"),
  ],
  swiftLanguageModes: [.v6]
)

extension Target {
  static func harness(_ topic: String) -> Target {
    .executableTarget(
      name: "\(topic)Benchmarks",
      dependencies: ["Workloads", .product(name: "Benchmark", package: "benchmark")],
      path: topic, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  }
}
