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
  ],
  targets: [
    .systemLibrary(
      name: "CSQLite",
      pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
    ),
    .target(name: "CRMStorage"),
    .target(name: "CRMStatistics"),
    .target(name: "CRMKit", dependencies: ["CRMStorage", "CRMStatistics"]),
    .target(name: "CRMSQLite", dependencies: ["CRMStorage", "CSQLite"]),
    .target(name: "CRMTesting", dependencies: ["CRMKit"]),
    .testTarget(name: "CRMStorageTests", dependencies: ["CRMStorage"]),
    .testTarget(name: "CRMSQLiteTests", dependencies: ["CRMSQLite", "CSQLite"]),
  ],
  swiftLanguageModes: [.v6]
)
