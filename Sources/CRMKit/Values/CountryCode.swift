/// Countries by the two letters of ISO 3166-1.
enum CountryCode {
  /// What is wrong with a text that is to be a country, if anything is.
  static func problem(with text: String?, in field: String) -> CRMError.Issue? {
    guard let text else { return nil }
    let isCode =
      text.utf8.count == 2
      && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard isCode else { return .init(field, "is not two capital letters of ISO 3166-1") }
    return known.contains(text.utf8) ? nil : .init(field, "is no country that ISO 3166-1 lists")
  }

  /// The countries, and Kosovo by the code that everybody uses for it.
  ///
  /// Source: ISO 3166-1 as of 2025; `XK` is one of the codes it leaves to its users.
  private static let known = CodeSet(
    """
    a.defgilmoqrstuwxz b.abdefghijlmnoqrstvwyz c.acdfghiklmnoruvwxyz d.ejkmoz e.ceghrst f.ijkmor \
    g.abdefghilmnpqrstuwy h.kmnrtu i.delmnoqrst j.emop k.eghimnprwyz l.abcikrstuvy \
    m.acdefghklmnopqrstuvwxyz n.acefgilopruz o.m p.aefghklmnrstwy q.a r.eosuw \
    s.abcdeghijklmnorstvxyz t.cdfghjklmnortvwz u.agmsyz v.aceginu w.fs x.k y.et z.amw
    """)
}
