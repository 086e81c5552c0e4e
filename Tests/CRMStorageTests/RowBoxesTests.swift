import Testing

@testable import CRMStorage

@Suite("Rows between files and trees")
struct RowBoxesTests {
  private final class Box {}

  @Test(
    "Rows that no tree takes over go with what kept them; those taken stay", arguments: [3, 1_100])
  func ownership(count: Int) {
    var boxes: RowBoxes? = RowBoxes()
    var taken: [AnyObject] = []
    var references: [() -> AnyObject?] = []
    for number in 0..<count {
      let box = Box()
      references.append { [weak box] in box }
      guard let place = boxes?.add(box) else { continue }
      let change = RowChange(kind: 0, size: 1, id: RowID(number: Int64(number)), place: place)
      #expect(!change.isRemoval && change.withBox { $0 is Box })
      if number % 3 == 0, let row = change.take() { taken.append(row) }
    }
    #expect(references.allSatisfy { $0() != nil })
    boxes = nil
    for (number, reference) in references.enumerated() {
      #expect((reference() != nil) == (number % 3 == 0))
    }
    #expect(taken.count == (count + 2) / 3)
    taken = []
    #expect(references.allSatisfy { $0() == nil })
  }
}
