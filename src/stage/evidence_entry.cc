// SPDX-License-Identifier: Apache-2.0
//
// relationship_evidence as a table, and as a call on whole tables.
#include <optional>
#include <vector>

#include "fidelia/stage/evidence.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

using E = RelationshipEvidence;

void add_contact_columns(TableSpec<E>& spec) {
  spec.column("first_contact", &E::first_contact,
              {.help = "First contact in either direction.", .optional = true, .nullable = true})
      .column("contacts_out", &E::contacts_out,
              {.help = "Contacts by the company.", .optional = true, .nullable = true})
      .column("contacts_in", &E::contacts_in,
              {.help = "Contacts by the customer.", .optional = true, .nullable = true})
      .column("last_contact_out", &E::last_contact_out,
              {.help = "Last contact by the company.", .optional = true, .nullable = true})
      .column("last_contact_in", &E::last_contact_in,
              {.help = "Last contact by the customer.", .optional = true, .nullable = true})
      .column("last_reply", &E::last_reply,
              {.help = "Last time the customer opened, clicked, replied or wrote or called.",
               .optional = true,
               .nullable = true})
      .column("replies_year", &E::replies_year,
              {.help = "Replies in the last 365 days.", .optional = true, .nullable = true})
      .column("tries_year", &E::tries_year,
              {.help = "Contacts by the company in the last 365 days that were answered or could "
                       "have been.",
               .optional = true,
               .nullable = true})
      .column("reached_year", &E::reached_year,
              {.help = "Those of tries_year that were reached, opened, clicked or replied to.",
               .optional = true,
               .nullable = true})
      .column("last_thank_you", &E::last_thank_you,
              {.help = "Last time the company said thank you.", .optional = true, .nullable = true})
      .column("last_service", &E::last_service,
              {.help = "Last service contact by the company that reached the customer.",
               .optional = true,
               .nullable = true})
      .column("last_asked_referral", &E::last_asked_referral,
              {.help = "Last time the company asked for a referral.",
               .optional = true,
               .nullable = true})
      .column(
          "asked_permission", &E::asked_permission,
          {.help = "Times the company asked for permission.", .optional = true, .nullable = true})
      .column("last_asked_permission", &E::last_asked_permission,
              {.help = "Last of them.", .optional = true, .nullable = true})
      .column("complaints", &E::complaints,
              {.help = "Complaints of the customer.", .optional = true, .nullable = true})
      .column("last_complaint", &E::last_complaint,
              {.help = "Last of them.", .optional = true, .nullable = true})
      .column("complaint_open", &E::complaint_open,
              {.help = "No service contact has reached the customer since the last complaint.",
               .optional = true,
               .nullable = true})
      .column("referrals", &E::referrals,
              {.help = "Others that the customer sent, by contacts and answers.",
               .optional = true,
               .nullable = true})
      .column("last_referral", &E::last_referral,
              {.help = "Last of them.", .optional = true, .nullable = true});
}

void add_voice_columns(TableSpec<E>& spec) {
  spec.column("consents_in_force", &E::consents_in_force,
              {.help = "Pairs of channel and purpose with leave in force; null: not known.",
               .optional = true,
               .nullable = true})
      .column("consent_since", &E::consent_since,
              {.help = "Since when the earliest of them.", .optional = true, .nullable = true})
      .column("withdrawn_at", &E::withdrawn_at,
              {.help = "Last withdrawal, where nothing is in force.",
               .optional = true,
               .nullable = true})
      .column("consents", &E::consents,
              {.help = "What is in force: email/news|phone/service; * stands for all.",
               .optional = true,
               .nullable = true})
      .column("answers", &E::answers,
              {.help = "Questions answered.", .optional = true, .nullable = true})
      .column("last_answer", &E::last_answer,
              {.help = "Last answer.", .optional = true, .nullable = true})
      .column("nps", &E::nps,
              {.help = "Latest likelihood to recommend.",
               .optional = true,
               .nullable = true,
               .min = 0,
               .max = 10})
      .column("satisfaction", &E::satisfaction,
              {.help = "Latest satisfaction, on the scale of the survey.",
               .optional = true,
               .nullable = true})
      .column("preference_told", &E::preference_told,
              {.help = "The customer told a preference.", .optional = true, .nullable = true});
}

void add_order_columns(TableSpec<E>& spec) {
  spec.column("orders", &E::orders,
              {.help = "Order rows with a purchase.", .optional = true, .nullable = true})
      .column("first_order", &E::first_order,
              {.help = "First purchase.", .optional = true, .nullable = true})
      .column("second_order", &E::second_order,
              {.help = "Second distinct day with a purchase.", .optional = true, .nullable = true})
      .column("third_order", &E::third_order,
              {.help = "Third distinct day with a purchase.", .optional = true, .nullable = true})
      .column("last_order", &E::last_order,
              {.help = "Last purchase.", .optional = true, .nullable = true})
      .column("orders_year", &E::orders_year,
              {.help = "Order rows with a purchase in the last 365 days.",
               .optional = true,
               .nullable = true})
      .column("late_deliveries", &E::late_deliveries,
              {.help = "Deliveries after the day promised; null: not known.",
               .optional = true,
               .nullable = true})
      .column("last_late_delivery", &E::last_late_delivery,
              {.help = "Day of the last of them.", .optional = true, .nullable = true})
      .column("returns", &E::returns,
              {.help = "Returns and credit notes.", .optional = true, .nullable = true});
}

TableSpec<E> make_evidence_table() {
  TableSpec<E> spec("What the facts say about the relationship with each customer, as of a day.");
  spec.column("customer_id", &E::customer_id, {.help = "The customer."})
      .column("first_seen", &E::first_seen,
              {.help = "First known of: as the party says, else the earliest fact.",
               .optional = true,
               .nullable = true})
      .column("incentive", &E::incentive,
              {.help = "What won the first attention.",
               .optional = true,
               .nullable = true,
               .words = incentive_words()});
  add_contact_columns(spec);
  add_voice_columns(spec);
  add_order_columns(spec);
  return spec;
}

/// Of orders, what evidence reads.
const TableSpec<Orders>& evidence_orders_table() {
  static const auto& spec = *new TableSpec<Orders>(orders_table().only(
      {"order_id", "customer_id", "ordered_at", "amount", "quantity", "unit_price", "line",
       "product_id", "status", "promised_at", "delivered_at", "returns_order_id", "tenant",
       "source", "fact_id", "recorded_at", "corrects", "retracts"}));
  return spec;
}

/// The parties that stand at known_at, whole.
Result<Parties> read_parties(Source<Parties>& source, std::optional<Instant> known_at) {
  Parties parties;
  if (!source.present()) return parties;
  FIDELIA_TRY(source.reader().read_all(&parties));
  if (!source.has("fact_id") && !(known_at && source.has("recorded_at"))) return parties;
  FIDELIA_ASSIGN(const std::vector<std::int64_t> rows,
                 standing_facts(parties, parties.party_id.size(), known_at, source.reader()));
  Parties standing;
  standing.party_id = Keys(parties.party_id.column().take(rows));
  ValuesBuilder<Day> first_seen;
  ValuesBuilder<std::int8_t> incentive;
  for (const std::int64_t i : rows) {
    const bool dated = !parties.first_seen.empty() && !parties.first_seen.is_null(i);
    dated ? first_seen.append(parties.first_seen[i]) : first_seen.append_null();
    const bool won = !parties.incentive.empty() && !parties.incentive.is_null(i);
    won ? incentive.append(parties.incentive[i]) : incentive.append_null();
  }
  standing.first_seen = first_seen.finish();
  standing.incentive = Labels(incentive.finish(), incentive_words());
  if (!parties.account_id.empty())
    standing.account_id = Keys(parties.account_id.column().take(rows));
  if (!parties.household_id.empty()) {
    standing.household_id = Keys(parties.household_id.column().take(rows));
  }
  return standing;
}

}  // namespace

const TableSpec<RelationshipEvidence>& relationship_evidence_table() {
  static const auto& spec = *new TableSpec<E>(make_evidence_table());
  return spec;
}

const OptionsSpec<RelationshipEvidenceOptions>& relationship_evidence_options() {
  using O = RelationshipEvidenceOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of,
                  {.help = "Facts up to the end of this day are seen; default: the last day seen."})
          .option("customer", &O::customer,
                  {.help = "What counts as the customer.", .words = customer_is_words()})
          .option("known_at", &O::known_at,
                  {.help = "Facts recorded after this day are not seen."}));
  return spec;
}

Result<RelationshipEvidence> relationship_evidence(RelationshipEvidenceInput& input,
                                                   const RelationshipEvidenceOptions& options,
                                                   Context& context) {
  if (!input.orders.present() && !input.parties.present() && !input.contacts.present() &&
      !input.consents.present() && !input.answers.present()) {
    return Status::invalid_argument(
        "relationship_evidence needs one table at least: parties, orders, contacts, consents or "
        "answers");
  }
  std::optional<Instant> known_at;
  if (options.known_at) {
    known_at = Instant{(std::int64_t{options.known_at->days} + 1) * kMicrosPerDay - 1};
  }
  FIDELIA_ASSIGN(const Parties parties, read_parties(input.parties, known_at));
  FIDELIA_ASSIGN(const PartyMap map, PartyMap::build(input.party_links, parties, options.customer,
                                                     options.as_of, known_at));
  EvidenceState state(options.as_of);
  if (input.parties.present()) FIDELIA_TRY(state.add(parties, map));
  if (input.orders.present()) {
    const CleanOrdersOptions clean{.currency = "", .known_at = known_at, .details = true};
    FIDELIA_ASSIGN(OrderStream stream,
                   OrderStream::open(input.orders, nullptr, &map, clean, context));
    const std::int64_t before = state.after_as_of();
    CleanOrders batch;
    while (true) {
      FIDELIA_ASSIGN(const bool more, stream.next(batch));
      if (!more) break;
      FIDELIA_TRY(state.add_orders(batch));
      FIDELIA_TRY(context.check());
    }
    if (state.after_as_of() > before) {
      stream.intake().find({.table = "orders",
                            .check = "after_as_of",
                            .text = "facts lie after as_of and were not seen",
                            .rows = state.after_as_of() - before});
    }
  }
  FIDELIA_TRY(state.add(input.contacts, map, known_at));
  FIDELIA_TRY(state.add(input.consents, map, known_at));
  FIDELIA_TRY(state.add(input.answers, map, known_at));
  return state.finish(std::nullopt, context);
}

Entry relationship_evidence_entry() {
  using I = RelationshipEvidenceInput;
  return FunctionEntry(EntryKind::measure, "relationship_evidence",
                       "What the facts say about the relationship with each customer, as of a day.",
                       &relationship_evidence)
      .detail(
          "Days and counts from parties, orders, contacts, consents and answers, one row a "
          "customer. Where a table is not given its columns are null: no consent table is not the "
          "same as no consent. One pass; memory grows with customers and consent facts.")
      .input("orders", &I::orders, evidence_orders_table(), "", false)
      .input("party_links", &I::party_links, party_links_table(), "", false)
      .input("parties", &I::parties, parties_table(), "", false)
      .input("contacts", &I::contacts, contacts_table(), "", false)
      .input("consents", &I::consents, consents_table(), "", false)
      .input("answers", &I::answers, answers_table(), "", false)
      .output("evidence", relationship_evidence_table())
      .options(relationship_evidence_options());
}

}  // namespace fidelia
