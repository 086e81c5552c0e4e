import CRMKit
import Testing

@Suite("What is personal data says so")
struct PersonalDataTests {
  /// The fields with words in them that say nothing of a person: what kinds, states and sums
  /// there are, what the firm sells and writes on its own papers, who works for it.
  private static let impersonal: [String: Set<String>] = [
    "customers": ["kind", "owner", "indexed_attributes", "owned_by"],
    "facts": [
      "field", "source", "recorded_by", "confirmed_by", "status", "decision",
    ],
    "relationships": ["type", "source", "recorded_by", "confirmed_by"],
    "catalogue_items": [
      "sku", "name", "category", "kind", "unit", "details", "features", "prices",
    ],
    "orders": [
      "number", "status", "total", "discount", "tax", "paid", "refunded", "credited",
    ],
    "order_lines": ["name", "amount", "discount", "tax", "total"],
    "payments": ["kind", "amount"],
    "shipments": ["means", "carrier", "contents"],
    "returns": ["reference", "contents", "credited"],
    "disputes": ["reference"],
    "interactions": [
      "channel", "direction", "staff", "about", "subjects", "planned_for", "cost", "uses",
      "purpose",
    ],
    "interaction_participants": ["direction"],
    "commitments": [
      "kind", "owner", "about", "status", "due_zone", "requested_zone", "subjects",
    ],
    "reminders": ["owner", "recurrence"],
    "media": ["about", "kind", "media_type", "sha256", "language", "subjects"],
    "needs": [
      "category", "kind", "source", "recorded_by", "confirmed_by", "owner", "status",
    ],
    "playbooks": ["title", "situation", "steps", "tags", "needs", "author", "labels"],
    "playbook_uses": ["used_by", "outcome"],
    "exchange_rates": ["from", "to", "rate", "source"],
    "contributions": ["kind", "channel", "about", "status", "worth"],
    "staff": ["principal", "name", "roles"],
    "teams": ["name", "title"],
    "team_memberships": ["role"],
    "territories": ["name", "owner", "json"],
    "customer_assignments": ["from", "to", "cause", "territory", "actor"],
    "discretion_limits": ["holder", "measure", "period", "amount"],
    "goodwill": ["amount", "about", "status", "asked_by", "decided_by", "case_key"],
    "customer_groups": ["name", "title", "json"],
    "acquisitions": ["name", "title", "group", "owner", "json"],
    "acquisition_actions": ["name", "outcome"],
    "acquisition_targets": ["decision"],
    "acquisition_watches": [],
    "budget_books": [],
    "budget_plans": ["unit", "purpose", "group", "amount"],
    "spendings": ["purpose", "amount", "origin", "about", "origin_key", "about_key"],
    "budget_figures": ["kind", "currency"],
    "purchase_metrics": ["currency", "revenue", "refunded"],
    "customer_metrics": ["channels", "costs", "last_direction"],
    "metric_figures": ["name"],
    "score_models": ["name", "json"],
    "satisfaction_answers": ["scale", "channel", "about"],
    "standing_models": ["json"],
    "warning_models": ["json"],
    "warnings": ["status", "owner", "at_stake", "handled_by"],
    "warning_watches": [],
    "standing_readings": [],
    "loyalty_programmes": ["json", "name"],
    "loyalty_members": ["kind", "parted_from", "pools", "programme", "status"],
    "points_accounts": ["currency", "programme"],
    "points_lots": ["awaits", "price", "reference"],
    "points_holds": ["parts", "programme", "reference", "reviews", "status"],
    "ledger_entries": [
      "key", "keys", "kind", "lapses", "legs", "natural_key", "openings", "outcome", "paid_for",
      "programme", "qualifying_spend", "reference", "refusal",
    ],
    "ledger_heads": ["programme"],
    "tier_standings": ["group", "programme", "reached", "start", "tier"],
    "tier_changes": ["from", "group", "reason", "to"],
    "tier_grants": ["actor", "group", "tier"],
    "referrals": ["programme"],
    "loyalty_check_ins": ["activity"],
    "loyalty_achievements": ["name"],
    "loyalty_progress": ["name"],
    "loyalty_cap_uses": ["cap", "programme", "rule", "subject"],
    "loyalty_remainders": ["points"],
    "parked_refunds": ["key", "order", "programme", "refusal"],
    "rewards": ["currency", "kind", "name", "prices", "programme", "tier_group", "tiers"],
    "reward_uses": [],
    "reward_claims": ["benefit", "cost", "kind", "programme", "status"],
    "coupons": ["benefit", "code", "reference", "status"],
    "loyalty_statements": ["closing", "currency", "expiring", "lines", "opening", "programme"],
    "loyalty_adjustments": [
      "asked_by", "currency", "decided_by", "key", "life", "programme", "reference", "status",
    ],
    "loyalty_index_models": ["json"],
    "loyalty_readings": [],
    "loyalty_places": ["standing"],
    "attitude_answers": ["kind", "about", "channel"],
    "wallet_statements": ["category", "source", "origin", "recorded_by"],
    "lifecycles": ["name", "json"],
    "lifecycle_positions": ["lifecycle", "stage", "kind", "furthest"],
    "lifecycle_transitions": [
      "lifecycle", "from", "to", "to_kind", "cause", "actor", "rule", "skipped",
    ],
    "plans": ["kind", "owner", "budget", "terms", "status", "review_zone"],
    "comebacks": ["value", "lifecycle", "reason"],
    "events": ["type", "record_kind", "actor", "on_behalf_of", "channel"],
    "agenda": ["task", "key"],
  ]

  @Test("Every field with words in it is marked, or known to say nothing of a person")
  func marks() {
    let kinds =
      CRM.standardCapabilities.flatMap(\.records) + [RecordedEvent.self, AgendaEntry.self]
    for kind in kinds { check(kind) }
  }

  @Test("Who accepted terms is marked within them")
  func terms() {
    let marked = OrderTerms.layout.stored.filter(\.isPersonal).map(\.name)
    #expect(marked == ["accepted_by"])
  }

  @Test("A host's own fact on customers is listed where it is marked")
  func attributes() async throws {
    let customers = Customers(attributes: [
      AttributeDefinition("plan", .text), AttributeDefinition("hobby", .text, personal: true),
    ])
    let shop = try await Shop(.memory, CRM.standardCapabilities.replacing(customers))
    let fields = shop.crm.personalFields.map(\.description)
    #expect(fields.filter { $0.contains("attributes") } == ["customers.attributes.hobby"])
    for field in [
      "customers.name", "customers.external_ids", "customers.tags", "orders.terms",
      "payments.reference", "needs.text", "interactions.content",
    ] {
      #expect(fields.contains(field))
    }
    #expect(!fields.contains("customers.search_words"))
    #expect(!fields.contains("customers.owner"))
  }

  private func check<R: Record>(_ kind: R.Type) {
    let unmarked = R.schema.fields.filter { field in
      !field.isPersonal && field.columns.contains { $0.type == .text || $0.type == .json }
    }
    #expect(Set(unmarked.map(\.name)) == Self.impersonal[R.schema.name], "\(R.schema.name)")
  }
}
