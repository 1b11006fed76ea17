// SPDX-License-Identifier: Apache-2.0
#include "src/engine/report_levels.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "fidelia/core/money.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

constexpr std::int64_t kMonths = 12;

bool any(const Days& days) {
  for (std::int64_t i = 0; i < days.size(); ++i) {
    if (!days.is_null(i)) return true;
  }
  return false;
}

/// The share of net spend that the orders' margins come to; nullopt where they say none.
std::optional<double> recorded_share(const PurchaseSummary& s) {
  if (s.margin.empty()) return std::nullopt;
  double margin = 0;
  double spend = 0;
  for (std::int64_t i = 0; i < s.margin.size(); ++i) {
    if (s.margin.is_null(i)) continue;
    margin += static_cast<double>(s.margin[i]) / scale_factor(s.margin.scale());
    spend += (static_cast<double>(s.spend[i]) - static_cast<double>(s.refunds_unmatched[i])) /
             scale_factor(s.spend.scale());
  }
  if (!(spend > 0)) return std::nullopt;
  return std::min(margin / spend, 1.0);
}

/// Where the margin of a year comes from, without the contacts.
ReportLevelTerms terms_of(const CompanyRun& run, const RelationshipLevelOptions& options) {
  ReportLevelTerms terms;
  terms.expected = run.scorer && run.no_value_reason.empty();
  terms.by_matrix = options.method == LevelMethod::matrix;
  terms.margin_share = run.options.margin;
  terms.source = run.options.margin == 1 ? ReportMarginSource::all : ReportMarginSource::told;
  if (terms.source == ReportMarginSource::all) {
    if (const auto share = recorded_share(run.summary)) {
      terms.margin_share = *share;
      terms.source = ReportMarginSource::recorded;
    }
  }
  terms.contacts_known = any(run.evidence.last_contact_out);
  terms.message_cost = options.message_cost;
  terms.call_cost = options.call_cost;
  terms.visit_cost = options.visit_cost;
  terms.gains = {options.gain_reactive, options.gain_accountable, options.gain_proactive,
                 options.gain_partnership};
  return terms;
}

/// Lifetime values of twelve months, with the margin of the run.
Result<Floats> values_of_a_year(const CompanyRun& run, Context& context) {
  if (run.options.months == kMonths) return run.buyer_scores.lifetime_value;
  CustomerScoresOptions scoring = scoring_options(run);
  scoring.months = kMonths;
  scoring.level = 0;
  Histories buyers = run.buyers;
  FIDELIA_ASSIGN(const CustomerScores scores, customer_scores(buyers, scoring, context));
  return scores.lifetime_value;
}

/// Years that each buyer has been one, a year at least.
double years_of(const CompanyRun& run, std::int64_t i) {
  return std::max(1.0, run.buyers.T[i] / (kMonths * units_per_month(run.options.unit)));
}

Result<LevelCustomers> customers_of(const CompanyRun& run, const ReportLevelTerms& terms,
                                    Context& context) {
  Floats values;
  if (terms.expected) {
    FIDELIA_ASSIGN(values, values_of_a_year(run, context));
  }
  const double factor = terms.source == ReportMarginSource::recorded ? terms.margin_share : 1;
  const double a_year = kMonths * units_per_month(run.options.unit) / run.options.horizon;
  const PurchaseSummary& s = run.summary;
  ValuesBuilder<double> margin;
  ValuesBuilder<double> purchases;
  std::int64_t i = 0;
  for (std::int64_t row = 0; row < s.customer_id.size(); ++row) {
    if (s.first_purchase.is_null(row)) continue;
    if (terms.expected) {
      values.is_null(i) ? margin.append_null() : margin.append(factor * values[i]);
    } else {
      margin.append(terms.margin_share * static_cast<double>(s.spend[row]) /
                    scale_factor(s.spend.scale()) / years_of(run, i));
    }
    const Floats& expected = run.buyer_scores.expected_purchases;
    if (run.scorer) {
      expected.is_null(i) ? purchases.append_null() : purchases.append(a_year * expected[i]);
    } else {
      purchases.append(static_cast<double>(s.orders[row]) / years_of(run, i));
    }
    ++i;
  }
  LevelCustomers customers;
  customers.customer_id = run.buyers.customer_id;
  customers.margin = margin.finish();
  customers.purchases = purchases.finish();
  return customers;
}

}  // namespace

Result<LevelsFound> judge_levels(const CompanyRun& run, const CompanyReportOptions& options,
                                 Context& context) {
  LevelsFound found;
  if (run.buyers.customer_id.empty()) return found;
  FIDELIA_TRY(context.progress(0.91, "judging levels"));
  RelationshipLevelOptions own = options;
  const NextStepOptions& advice = options;
  own.as_of = run.as_of;
  own.message_cost = advice.message_cost;
  own.call_cost = advice.call_cost;
  own.visit_cost = advice.visit_cost;
  if (run.options.level >= 0.01) own.level = run.options.level;
  found.terms = terms_of(run, own);
  RelationshipLevelInput input;
  FIDELIA_ASSIGN(input.customers, customers_of(run, found.terms, context));
  if (found.terms.contacts_known) {
    const RelationshipEvidence& e = run.evidence;
    input.evidence = {e.customer_id, e.first_seen, e.last_contact_out, e.last_order,
                      e.withdrawn_at};
  }
  FIDELIA_ASSIGN(found.levels, relationship_level(input, own, context));
  return found;
}

void add_levels(const LevelsFound& found, CompanyReportInput& input) {
  const SegmentLevels& s = found.levels.segments;
  if (s.segment.empty()) return;
  input.levels = {s.segment,  s.customers,    s.margin_mean,  s.level,   s.cost, s.gain,
                  s.contacts, s.margin_class, s.number_class, s.obliged, s.kept, found.terms};
  const LevelWork& work = found.levels.work;
  input.overdue = {work.customer_id, work.level, work.duty, work.due_at, work.margin};
}

}  // namespace fidelia::detail
