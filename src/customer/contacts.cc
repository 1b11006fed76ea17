// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/contacts.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> direction_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"out", "in"};
  return kWords;
}

std::span<const std::string_view> contact_purpose_words() noexcept {
  static constexpr std::array<std::string_view, 11> kWords = {
      "other",  "greeting", "offer",     "news",       "service", "complaint",
      "survey", "visit",    "thank_you", "permission", "referral"};
  return kWords;
}

std::span<const std::string_view> contact_outcome_words() noexcept {
  static constexpr std::array<std::string_view, 7> kWords = {
      "reached", "no_answer", "opened", "clicked", "replied", "bounced", "refused"};
  return kWords;
}

namespace {

TableSpec<Contacts> make_contacts_table() {
  TableSpec<Contacts> spec("Contacts between the company and its customers, in both directions.");
  spec.column("contact_id", &Contacts::contact_id,
              {.help = "The contact.", .optional = true, .nullable = true})
      .column("customer_id", &Contacts::customer_id,
              {.help = "With whom.", .aliases = {"customer", "party_id", "client_id"}})
      .column("contacted_at", &Contacts::contacted_at,
              {.help = "When.", .aliases = {"date", "contact_date", "at", "timestamp"}})
      .column("channel", &Contacts::channel,
              {.help = "email, phone, mail, visit, chat, message …",
               .optional = true,
               .nullable = true,
               .aliases = {"medium"}})
      .column("direction", &Contacts::direction,
              {.help = "out: the company spoke; in: the customer did.",
               .optional = true,
               .nullable = true,
               .words = direction_words()})
      .column("purpose", &Contacts::purpose,
              {.help = "What for.",
               .optional = true,
               .nullable = true,
               .aliases = {"reason", "subject"},
               .words = contact_purpose_words()})
      .column("outcome", &Contacts::outcome,
              {.help = "How it ended.",
               .optional = true,
               .nullable = true,
               .aliases = {"result"},
               .words = contact_outcome_words()})
      .column("cost", &Contacts::cost,
              {.help = "What it cost the company.",
               .unit = "currency",
               .optional = true,
               .nullable = true})
      .column("staff_id", &Contacts::staff_id,
              {.help = "Who spoke for the company.",
               .optional = true,
               .nullable = true,
               .aliases = {"seller_id", "salesperson_id"}});
  return add_fact_identity(spec);
}

}  // namespace

const TableSpec<Contacts>& contacts_table() {
  static const auto& spec = *new TableSpec<Contacts>(make_contacts_table());
  return spec;
}

}  // namespace fidelia
