/// A currency of ISO 4217, by its three letters.
public struct Currency: Hashable, Sendable, RawRepresentable, FieldValue {
  // The letters as bytes: an amount of money is kept in 16 bytes so.
  private let letters: UInt32

  /// The three capital letters.
  public var rawValue: String {
    withUnsafeBytes(of: letters.bigEndian) { String(decoding: $0.dropFirst(), as: UTF8.self) }
  }

  /// A currency by its code; `nil` for a code that ISO 4217 does not list.
  public init?(rawValue: String) {
    // Text of other bytes can be equal to a code: the sign of the kelvin is a K.
    guard rawValue.utf8.count == 3, Self.decimals[rawValue] != nil else { return nil }
    self.init(known: rawValue)
  }

  public static var isAlwaysKept: Bool { true }

  private init(known code: String) {
    letters = code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }

  public static func == (a: Currency, b: Currency) -> Bool { a.letters == b.letters }

  public func hash(into hasher: inout Hasher) { hasher.combine(letters) }

  /// How many decimals the minor unit has: 2 for most, 0 to 4.
  public var decimals: Int { Self.decimals[rawValue] ?? 2 }

  /// The euro.
  public static let eur = Currency(known: "EUR")
  /// The dollar of the United States.
  public static let usd = Currency(known: "USD")
  /// The yen.
  public static let jpy = Currency(known: "JPY")
  /// The won.
  public static let krw = Currency(known: "KRW")
  /// The renminbi.
  public static let cny = Currency(known: "CNY")
  /// The dinar of Kuwait.
  public static let kwd = Currency(known: "KWD")
  /// Sterling.
  public static let gbp = Currency(known: "GBP")

  /// Source: ISO 4217:2015, list one as of 2025.
  private static let decimals: [String: Int] = {
    var table: [String: Int] = [:]
    let two =
      "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
      + "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
      + "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
      + "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
      + "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
      + "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST "
      + "XAD XCD XCG YER ZAR ZMW ZWG"
    for code in two.split(separator: " ") { table[String(code)] = 2 }
    for code in "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(
      separator: " ")
    {
      table[String(code)] = 0
    }
    for code in ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"] { table[code] = 3 }
    for code in ["CLF", "UYW"] { table[code] = 4 }
    return table
  }()
}

extension Currency: Codable {}
