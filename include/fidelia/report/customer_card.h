// SPDX-License-Identifier: Apache-2.0
//
// The card of one customer: name, stage, what was bought, scores, the next step and the rank among
// all, as a JSON document of the form of the company report, which the same host can draw.
//
// A pure function like company_report_json: it counts, ranks and says in words. Cost: that of a
// look at every customer's value; the document stays below 40 KB.
#ifndef FIDELIA_REPORT_CUSTOMER_CARD_H_
#define FIDELIA_REPORT_CUSTOMER_CARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fidelia/report/company_report.h"

namespace fidelia {

struct CustomerCardInput {
  Keys customer_id;  ///< One row.
  struct Order {
    Day day;
    std::int64_t amount = 0;  ///< Minor units; negative is a return.
  };
  std::vector<Order> orders;  ///< Up to as_of, in any order.
  std::string stage;          ///< attention, permission, participation, loyalty; empty: unknown.
  std::optional<Day> stage_since;
  std::string stage_reasons;  ///< The deciding facts.
  /// Parts of the expected gain of the next step; they add up to it.
  struct Reason {
    std::string reason;  ///< A word of advice_reasons.
    double contribution = 0;
    std::string text;
  };
  std::vector<Reason> advice_reasons;
};

/// `company` as for the report; its summary, scores, advice and names are read. Code::not_found
/// when neither the summary nor the advice knows the customer.
Result<std::string> customer_card_json(const CustomerCardInput& card,
                                       const CompanyReportInput& company, Context& context);

}  // namespace fidelia

#endif  // FIDELIA_REPORT_CUSTOMER_CARD_H_
