// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CRMKit",
  platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
  products: [
    .library(name: "CRMKit", targets: ["CRMKit"]),
    .library(name: "CRMStorage", targets: ["CRMStorage"]),
    .library(name: "CRMStatistics", targets: ["CRMStatistics"]),
    .library(name: "CRMSQLite", targets: ["CRMSQLite"]),
    .library(name: "CRMTesting", targets: ["CRMTesting"]),
    .executable(name: "quickstart", targets: ["Quickstart"]),
  ],
  targets: [
    .systemLibrary(
      name: "CSQLite",
      pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
    ),
    .target(name: "CRMStorage"),
    .target(name: "CRMStatistics"),
    .target(name: "CSHA256"),
    .target(name: "CRMKit", dependencies: ["CRMStorage", "CSHA256"]),
    .target(name: "CRMSQLite", dependencies: ["CRMStorage", "CSQLite"]),
    .executableTarget(
      name: "Quickstart", dependencies: ["CRMKit", "CRMSQLite", "CRMStatistics"],
      resources: [.copy("Data")]
    ),
    .target(name: "CRMTesting", dependencies: ["CRMKit", "CRMStorage"]),
    .testTarget(name: "CRMStorageTests", dependencies: ["CRMStorage"]),
    .testTarget(
      name: "CRMKitTests", dependencies: ["CRMKit", "CRMSQLite", "CRMTesting", "CSHA256"]),
    .testTarget(name: "HostTests", dependencies: ["CRMKit", "CRMSQLite", "CRMTesting"]),
    .testTarget(name: "CRMStatisticsTests", dependencies: ["CRMStatistics"]),
    .testTarget(name: "CRMSQLiteTests", dependencies: ["CRMSQLite", "CSQLite"]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["CRMKit", "CRMSQLite", "CRMTesting", "TestSupport"]),
    .testTarget(
      name: "QuickstartTests", dependencies: ["Quickstart", "CRMKit", "CRMSQLite", "TestSupport"]),
    .testTarget(
      name: "CRMTestingTests", dependencies: ["CRMSQLite", "CRMTesting", "CSQLite", "TestSupport"],
      resources: [.copy("Stores")]),
    .target(
      name: "TestSupport", dependencies: ["CRMKit", "CRMSQLite", "CRMStorage"],
      path: "Tests/TestSupport"),
    .executableTarget(
      name: "StoreWorker", dependencies: ["CRMKit", "TestSupport"], path: "Tests/StoreWorker"),
    .testTarget(
      name: "FaultTests",
      dependencies: ["CRMKit", "CRMSQLite", "CRMTesting", "CSQLite", "StoreWorker", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// What must pass before a change lands is built with warnings as errors; nobody else is stopped by
// those of another compiler.
if Context.environment["CRMKIT_STRICT"] != nil {
  for target in package.targets where target.type != .system {
    target.cSettings = (target.cSettings ?? []) + [.treatAllWarnings(as: .error)]
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
  }
}
