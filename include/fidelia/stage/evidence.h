// SPDX-License-Identifier: Apache-2.0
//
// relationship_evidence: what the facts say about the relationship with each customer, as of a day.
//
// One row for every customer that a fact of that day or earlier names: a party, an order, a
// contact, a consent or an answer. Days and counts only; what they mean is said by
// relationship_stage.h.
//
//   Unknown     where a table was not given at all, its columns are null: no consent table is not
//   the
//               same as no consent. With the table, a customer without rows has 0 and null days.
//   Year        the 365 days that end with as_of.
//   Purchase    an order row that is not a return (amount below 0). second_order and third_order
//   are
//               the second and third distinct days with a purchase, so lines of one order are one.
//   Consent     append-only facts per channel and purpose; null stands for all. In force is what
//   was
//               given later than the last withdrawal that covers it; on a tie the withdrawal holds.
//   Reply       an outbound contact that was opened, clicked or replied to, or any inbound contact.
//   Direction   where it is missing, complaints and referrals are inbound and all else outbound.
//   Complaint   open until a later outbound service contact reaches the customer (a contact without
//               an outcome is taken to have done so).
//
// One pass; the order of rows, batches and tables changes no bit. Memory: about 40 bytes a customer
// for orders, 90 for contacts, 60 for answers, 32 a consent fact. Where as_of is not known before
// the orders are read, also 16 bytes for each order and contact of the latest year. Cost: 20 to 60
// ns an order, nearly all of it to find the customer, and some 400 ns a customer at the end.
#ifndef FIDELIA_STAGE_EVIDENCE_H_
#define FIDELIA_STAGE_EVIDENCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/customer/answers.h"
#include "fidelia/customer/clean_orders.h"
#include "fidelia/customer/consents.h"
#include "fidelia/customer/contacts.h"
#include "fidelia/customer/parties.h"
#include "fidelia/customer/party_map.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia {

struct RelationshipEvidence {
  Keys customer_id;  ///< Ascending.
  Days first_seen;   ///< Of the party; else the day of the earliest fact.
  Labels incentive;  ///< Incentive.

  Days first_contact;
  Ints contacts_out;
  Ints contacts_in;
  Days last_contact_out;
  Days last_contact_in;
  Days last_reply;
  Ints replies_year;
  Ints tries_year;    ///< Outbound contacts of the year that were answered or could have been.
  Ints reached_year;  ///< Those of them that were reached, opened, clicked or replied to.
  Days last_thank_you;
  Days last_service;         ///< Outbound service contact that reached the customer.
  Days last_asked_referral;  ///< Outbound contact that asked for a referral.
  Ints asked_permission;
  Days last_asked_permission;
  Ints complaints;
  Days last_complaint;
  Flags complaint_open;
  Ints referrals;  ///< From contacts and answers.
  Days last_referral;

  Ints consents_in_force;  ///< Pairs of channel and purpose.
  Days consent_since;      ///< The earliest of them.
  Days withdrawn_at;       ///< The latest withdrawal where nothing is in force.
  Texts consents;          ///< "email/news|phone/service", * for all; null where none is in force.

  Ints answers;
  Days last_answer;
  Floats nps;           ///< Latest answer to "nps", 0 .. 10.
  Floats satisfaction;  ///< Latest answer to "satisfaction".
  Flags preference_told;

  Ints orders;  ///< Rows with a purchase.
  Days first_order;
  Days second_order;
  Days third_order;
  Days last_order;
  Ints orders_year;
  Ints late_deliveries;  ///< Delivered after the day promised.
  Days last_late_delivery;
  Ints returns;
};
const TableSpec<RelationshipEvidence>& relationship_evidence_table();

/// State of the measure: facts in, in any order, evidence out.
class EvidenceState {
 public:
  /// With `as_of`, later facts are not seen. Without, as_of is told to finish(), or is the last day
  /// seen.
  explicit EvidenceState(std::optional<Day> as_of = std::nullopt);
  ~EvidenceState();
  EvidenceState(EvidenceState&&) noexcept;
  EvidenceState& operator=(EvidenceState&&) noexcept;

  /// Only the columns customer_id, ordered_at, amount, promised_at and delivered_at are read.
  Status add_orders(const CleanOrders& batch);
  /// Instead of orders row by row, their summary with as_of of this one: some 50 ns a customer, and
  /// nothing a row. orders_year, returns and deliveries stay unknown; so do second_order and
  /// third_order of who bought on more days.
  Status add_orders(const PurchaseSummary& summary);
  /// Whole tables or batches; every row counts, save those with a null key.
  Status add(const Parties& batch);
  Status add(const Contacts& batch);
  Status add(const Consents& batch);
  Status add(const Answers& batch);
  /// All that the source holds, facts corrected or retracted by `known_at` left out and each
  /// party's facts counted for its customer. An absent source adds nothing and leaves its columns
  /// null. Rows that cannot be read are rejected through the source, facts after as_of counted.
  Status add(Source<Contacts>& contacts, const PartyMap& parties, std::optional<Instant> known_at);
  Status add(Source<Consents>& consents, const PartyMap& parties, std::optional<Instant> known_at);
  Status add(Source<Answers>& answers, const PartyMap& parties, std::optional<Instant> known_at);
  /// The same for states of several as_of, in one pass over the source; what lies after as_of is
  /// reported for the first of them.
  static Status add_all(std::span<EvidenceState* const> states, Source<Contacts>& contacts,
                        const PartyMap& parties, std::optional<Instant> known_at);
  static Status add_all(std::span<EvidenceState* const> states, Source<Consents>& consents,
                        const PartyMap& parties, std::optional<Instant> known_at);
  static Status add_all(std::span<EvidenceState* const> states, Source<Answers>& answers,
                        const PartyMap& parties, std::optional<Instant> known_at);
  /// The parties, each as the customer that the map names.
  Status add(const Parties& parties, const PartyMap& map);

  /// Settles as_of; Code::invalid_argument when a later fact has already been added.
  Status set_as_of(Day as_of);
  /// The as_of in force: as given, or the last day seen.
  std::optional<Day> as_of() const noexcept;
  /// Facts that were not seen because they lie after as_of.
  std::int64_t after_as_of() const noexcept;
  /// Settles as_of as set_as_of does; facts may be added and finish() called again.
  Result<RelationshipEvidence> finish(std::optional<Day> as_of, Context& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct RelationshipEvidenceOptions {
  std::optional<Day> as_of = {};  ///< Default: the last day seen.
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at = {};  ///< Facts recorded after this day are not seen.
};
const OptionsSpec<RelationshipEvidenceOptions>& relationship_evidence_options();

/// All tables are optional, but one must be there. Amounts are looked at for their sign only, so
/// neither a currency nor rates are needed.
struct RelationshipEvidenceInput {
  Source<Orders> orders;
  Source<PartyLinks> party_links;
  Source<Parties> parties;
  Source<Contacts> contacts;
  Source<Consents> consents;
  Source<Answers> answers;
};

Result<RelationshipEvidence> relationship_evidence(RelationshipEvidenceInput& input,
                                                   const RelationshipEvidenceOptions& options,
                                                   Context& context);
Entry relationship_evidence_entry();

}  // namespace fidelia

#endif  // FIDELIA_STAGE_EVIDENCE_H_
