// SPDX-License-Identifier: Apache-2.0
#include "src/engine/past_facts.h"

#include <algorithm>
#include <utility>

#include "src/core/try.h"

namespace fidelia::detail {

Result<std::vector<Day>> past_days(const StageHistoryOptions& options, Day as_of) {
  std::vector<Day> days;
  for (std::int64_t k = options.history; k > 0; --k) {
    days.push_back(add_months(as_of, -static_cast<std::int32_t>(k * options.period_months)));
  }
  if (options.compare_to) {
    if (*options.compare_to >= as_of) {
      return Status(Code::invalid_argument,
                    "option compare_to is " + format_day(*options.compare_to) +
                        ", but must be a day before as_of, which is " + format_day(as_of),
                    -1, "compare_to");
    }
    const auto at = std::lower_bound(days.begin(), days.end(), *options.compare_to);
    if (at == days.end() || *at != *options.compare_to) days.insert(at, *options.compare_to);
  }
  return days;
}

Result<PastFacts> PastFacts::make(const StageHistoryOptions& options,
                                  const CompanyScoresOptions& scores) {
  PastFacts past;
  past.options_ = options;
  past.scores_ = scores;
  if (scores.as_of) FIDELIA_TRY(past.open(*scores.as_of));
  return past;
}

Status PastFacts::open(Day as_of) {
  FIDELIA_ASSIGN(const std::vector<Day> days, past_days(options_, as_of));
  for (const Day day : days) {
    PurchaseSummaryOptions options = scores_;
    options.as_of = day;
    options.holdout_until.reset();
    // What lies after an earlier day is no finding, so the call's intake is not told.
    days_.push_back({day, PurchaseSummaryState(options), EvidenceState(day)});
  }
  opened_ = true;
  return {};
}

Status PastFacts::add_to_days(const CleanOrders& batch, bool by_row, Context& context) {
  for (DayState& day : days_) {
    FIDELIA_TRY(day.summary.add(batch, context));
    if (by_row) FIDELIA_TRY(day.evidence.add_orders(batch));
  }
  return {};
}

Status PastFacts::add(const CleanOrders& batch, bool by_row, Context& context) {
  if (opened_) return add_to_days(batch, by_row, context);
  kept_rows_ += batch.size();
  kept_.push_back(batch);
  if (gave_up()) kept_.clear();
  return {};
}

Status PastFacts::settle(Day as_of, bool by_row, Context& context) {
  if (gave_up()) return {};
  if (!opened_) {
    FIDELIA_TRY(open(as_of));
    for (const CleanOrders& batch : kept_) FIDELIA_TRY(add_to_days(batch, by_row, context));
    kept_.clear();
  }
  for (DayState& day : days_) {
    FIDELIA_ASSIGN(day.finished, day.summary.finish(context));
    if (!by_row) FIDELIA_TRY(day.evidence.add_orders(*day.finished));
  }
  return {};
}

Status PastFacts::add(const Parties& parties, const PartyMap& map) {
  for (DayState& day : days_) FIDELIA_TRY(day.evidence.add(parties, map));
  return {};
}

std::vector<EvidenceState*> PastFacts::evidence() {
  std::vector<EvidenceState*> states;
  for (DayState& day : days_) states.push_back(&day.evidence);
  return states;
}

Result<std::vector<PastDay>> PastFacts::finish(Context& context) {
  std::vector<PastDay> out;
  for (DayState& day : days_) {
    FIDELIA_ASSIGN(RelationshipEvidence evidence, day.evidence.finish(day.as_of, context));
    if (evidence.customer_id.empty()) continue;
    out.push_back({day.as_of, *std::move(day.finished), std::move(evidence)});
  }
  return out;
}

}  // namespace fidelia::detail
