// SPDX-License-Identifier: Apache-2.0
//
// One customer at a time.
#include "capi/handles.h"
#include "fidelia/scoring/customer_scores.h"

struct fidelia_scorer {
  fidelia::CustomerScorer scorer;
};

namespace fidelia::capi {
namespace {

Result<CustomerScoresOptions> read_scorer_options(const fidelia_model* purchase_model,
                                                  const fidelia_model* spend_model,
                                                  const fidelia_options* options) {
  OptionValues values;
  if (options != nullptr) values = options->values;
  values.insert_or_assign("purchase_model", OptionValue(purchase_model->model));
  if (spend_model != nullptr)
    values.insert_or_assign("spend_model", OptionValue(spend_model->model));
  for (const auto& [name, value] : values) {
    if (customer_scores_options().find(name) == nullptr) {
      return Status(Code::invalid_argument, "customer_scores has no option " + name, -1, name);
    }
  }
  CustomerScoresOptions read;
  if (Status s = customer_scores_options().apply(values, &read); !s.ok()) return s;
  // One customer's score has no bounds: they would cost ten times the score.
  read.level = 0;
  return read;
}

}  // namespace
}  // namespace fidelia::capi

using fidelia::Code;
using fidelia::MissingReason;
using fidelia::Status;
using fidelia::capi::guard;
using fidelia::capi::null_argument;
using fidelia::capi::read_struct;
using fidelia::capi::write_struct;

fidelia_status fidelia_scorer_create(const fidelia_model* purchase_model,
                                     const fidelia_model* spend_model,
                                     const fidelia_options* options, fidelia_scorer** out,
                                     fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    if (purchase_model == nullptr) return null_argument("purchase_model");
    auto read = fidelia::capi::read_scorer_options(purchase_model, spend_model, options);
    if (!read.ok()) return read.status();
    auto scorer = fidelia::make_scorer(*read, fidelia::Level::automatic);
    if (!scorer.ok()) return scorer.status();
    *out = new fidelia_scorer{*std::move(scorer)};
    return {};
  });
}

fidelia_status fidelia_scorer_score(const fidelia_scorer* scorer, const fidelia_customer* customer,
                                    fidelia_customer_score* score, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (scorer == nullptr) return null_argument("scorer");
    if (customer == nullptr) return null_argument("customer");
    if (score == nullptr) return null_argument("score");
    fidelia_customer read;
    if (Status s = read_struct(customer, "customer", read); !s.ok()) return s;
    if (read.reserved != 0) {
      return {Code::unsupported, "customer.reserved must be 0", -1, "customer"};
    }
    const auto scored =
        scorer->scorer.score_one(read.frequency, read.t_x, read.T, read.monetary_value);
    if (!scored.ok()) return scored.status();
    fidelia_customer_score filled{};
    if (scored->missing_spend != MissingReason::none) {
      filled.missing |= FIDELIA_MISSING_EXPECTED_SPEND;
    }
    if (scored->missing_lifetime_value != MissingReason::none) {
      filled.missing |= FIDELIA_MISSING_LIFETIME_VALUE;
    }
    filled.p_alive = scored->p_alive.value;
    filled.expected_purchases = scored->expected_purchases.value;
    filled.expected_spend = scored->expected_spend.value;
    filled.lifetime_value = scored->lifetime_value.value;
    return write_struct(filled, "score", score);
  });
}

void fidelia_scorer_destroy(fidelia_scorer* scorer) noexcept { delete scorer; }
