// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/parties.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> party_kind_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"person", "organisation"};
  return kWords;
}

std::span<const std::string_view> party_size_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"small", "medium", "large"};
  return kWords;
}

std::span<const std::string_view> incentive_words() noexcept {
  static constexpr std::array<std::string_view, 6> kWords = {"none",  "gift",    "lottery",
                                                             "price", "quality", "advice"};
  return kWords;
}

std::span<const std::string_view> link_change_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"merge", "split"};
  return kWords;
}

namespace {

TableSpec<Parties> make_parties_table() {
  TableSpec<Parties> spec("Persons and organisations on the other side of a relationship.");
  spec.column("party_id", &Parties::party_id,
              {.help = "The party.",
               .aliases = {"customer_id", "customer", "client_id", "contact_id", "account", "id"}})
      .column("kind", &Parties::kind,
              {.help = "Person or organisation.",
               .optional = true,
               .nullable = true,
               .aliases = {"party_kind", "type"},
               .words = party_kind_words()})
      .column("roles", &Parties::roles,
              {.help = "Roles, separated by |: buyer, consumer, distributor, seller, supervisor, "
                       "supplier, press …",
               .optional = true,
               .nullable = true,
               .aliases = {"role"}})
      .column("region", &Parties::region,
              {.help = "Where the party is.",
               .optional = true,
               .nullable = true,
               .aliases = {"country", "state", "province"}})
      .column("size", &Parties::size,
              {.help = "Of an organisation.",
               .optional = true,
               .nullable = true,
               .words = party_size_words()})
      .column("culture", &Parties::culture,
              {.help = "Language or culture, as a BCP 47 tag: es, zh-Hans.",
               .optional = true,
               .nullable = true,
               .aliases = {"language", "locale"}})
      .column(
          "account_id", &Parties::account_id,
          {.help = "The account that the party belongs to.", .optional = true, .nullable = true})
      .column("household_id", &Parties::household_id,
              {.help = "The household that the party belongs to.",
               .optional = true,
               .nullable = true,
               .aliases = {"household"}})
      .column("birth_date", &Parties::birth_date,
              {.help = "Of a person.",
               .optional = true,
               .nullable = true,
               .aliases = {"birthday", "date_of_birth"}})
      .column("first_seen", &Parties::first_seen,
              {.help = "Day on which the company first knew of the party.",
               .optional = true,
               .nullable = true,
               .aliases = {"created_at", "since", "registered_at"}})
      .column("incentive", &Parties::incentive,
              {.help = "What won the first attention.",
               .optional = true,
               .nullable = true,
               .aliases = {"acquisition_incentive"},
               .words = incentive_words()});
  return add_fact_identity(spec);
}

TableSpec<PartyNames> make_party_names_table() {
  TableSpec<PartyNames> spec("Names of parties: personal data, apart from the facts.");
  spec.column("party_id", &PartyNames::party_id,
              {.help = "The party.", .aliases = {"customer_id", "customer", "id"}})
      .column("name", &PartyNames::name,
              {.help = "As it is written on a letter.",
               .nullable = true,
               .aliases = {"full_name", "customer_name"}})
      .column("city", &PartyNames::city,
              {.help = "Town.", .optional = true, .nullable = true, .aliases = {"town"}});
  return add_fact_identity(spec);
}

TableSpec<PartyLinks> make_party_links_table() {
  TableSpec<PartyLinks> spec("Which parties turned out to be one, and which did not after all.");
  spec.column("party_id", &PartyLinks::party_id, {.help = "The party that is merged."})
      .column("into_party_id", &PartyLinks::into_party_id,
              {.help = "The party that it is merged into.", .aliases = {"merged_into"}})
      .column("change", &PartyLinks::change,
              {.help = "merge, or split to undo a merge.", .words = link_change_words()})
      .column("effective_at", &PartyLinks::effective_at,
              {.help = "From when on.", .aliases = {"date", "merged_at"}});
  return add_fact_identity(spec);
}

}  // namespace

const TableSpec<Parties>& parties_table() {
  static const auto& spec = *new TableSpec<Parties>(make_parties_table());
  return spec;
}

const TableSpec<PartyNames>& party_names_table() {
  static const auto& spec = *new TableSpec<PartyNames>(make_party_names_table());
  return spec;
}

const TableSpec<PartyLinks>& party_links_table() {
  static const auto& spec = *new TableSpec<PartyLinks>(make_party_links_table());
  return spec;
}

}  // namespace fidelia
