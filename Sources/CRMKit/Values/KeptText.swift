/// A text as it is kept: in form C, whichever form it was given in.
func kept(_ text: String) -> String {
  // What cannot be kept is measured as it is and refused for its own reason.
  (try? String.prepared(text)) ?? text
}

/// Facts as they are kept: in form C, and in the order that gives.
func kept(_ facts: Attributes) -> Attributes {
  guard let prepared = try? Attributes.prepared(facts) else { return facts }
  return prepared
}

/// Whether a text takes at most so many bytes once it is kept.
///
/// - Complexity: O(`bytes`), however long the text is.
func isKept(_ text: String, within bytes: Int) -> Bool {
  // Form C is never a tenth as long as another form, so longer text need not be composed.
  text.utf8.count <= 10 * bytes && kept(text).utf8.count <= bytes
}
