// SPDX-License-Identifier: Apache-2.0
//
// The one list of all that Fidelia can do. To add something, write its function and its entry, and
// name the entry here; see CONTRIBUTING.md.
#include "fidelia/core/catalogue.h"
#include "fidelia/customer/answers.h"
#include "fidelia/customer/consents.h"
#include "fidelia/customer/contacts.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/parties.h"

namespace fidelia {

const std::vector<Entry>& catalogue() {
  static const auto& entries = *new std::vector<Entry>{
      // Facts
      fact_entry("parties", parties_table()),
      fact_entry("party_names", party_names_table()),
      fact_entry("party_links", party_links_table()),
      fact_entry("orders", orders_table()),
      fact_entry("order_lines", order_lines_table()),
      fact_entry("contacts", contacts_table()),
      fact_entry("consents", consents_table()),
      fact_entry("answers", answers_table()),
      fact_entry("exchange_rates", exchange_rates_table()),
  };
  return entries;
}

}  // namespace fidelia
