// SPDX-License-Identifier: Apache-2.0
#include "fidelia/customer/consents.h"

#include <array>

namespace fidelia {

std::span<const std::string_view> consent_state_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"given", "withdrawn"};
  return kWords;
}

namespace {

TableSpec<Consents> make_consents_table() {
  TableSpec<Consents> spec("Leave to be contacted, per channel and purpose: given, withdrawn.");
  spec.column("consent_id", &Consents::consent_id,
              {.help = "The consent.", .optional = true, .nullable = true})
      .column(
          "customer_id", &Consents::customer_id,
          {.help = "Who gave or withdrew it.", .aliases = {"customer", "party_id", "client_id"}})
      .column("given_at", &Consents::given_at,
              {.help = "When it was given or withdrawn.",
               .aliases = {"date", "at", "timestamp", "decided_at"}})
      .column("channel", &Consents::channel,
              {.help = "For which channel; missing or null: for all.",
               .optional = true,
               .nullable = true})
      .column("purpose", &Consents::purpose,
              {.help = "For which purpose; missing or null: for all.",
               .optional = true,
               .nullable = true})
      .column(
          "state", &Consents::state,
          {.help = "given or withdrawn.", .aliases = {"status"}, .words = consent_state_words()})
      .column("evidence", &Consents::evidence,
              {.help = "How it is known: a form, a call, a letter.",
               .optional = true,
               .nullable = true});
  return add_fact_identity(spec);
}

}  // namespace

const TableSpec<Consents>& consents_table() {
  static const auto& spec = *new TableSpec<Consents>(make_consents_table());
  return spec;
}

}  // namespace fidelia
