// SPDX-License-Identifier: Apache-2.0
//
// Goal: the forecast of the stages' sizes holds as often as the README says, and who is said to be
// about to move does. Method: artificial companies of 3,000 parties over 57 months, whose customers
// follow no chain of stages (purchases are BG/NBD, attachment is hidden); stages are judged at 20
// days, a quarter apart, each with models fitted on what had happened by then. From each window of
// nine days the sizes one and four quarters on are forecast and compared with the stages judged
// then. The bounds stand below what was measured: 94.3, 94.3, 89.1 and 90.1 % of the 90 % intervals
// held over seeds 61 to 68, none of which was looked at before the method stood; the test runs the
// first four. RecordProperty shows the figures.
//
// What limits it further ahead: single buyers count as lost after 1,095 days, an age that nobody
// had reached in the first windows; no history of a young company can tell that.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/engine/company.h"
#include "fidelia/simulation/company.h"
#include "src/engine/company_run.h"

namespace fidelia {
namespace {

constexpr std::int64_t kCustomers = 3'000;
constexpr std::array<std::int64_t, 4> kSeeds = {61, 62, 63, 64};
constexpr std::size_t kWindow = 9;
constexpr Day kAsOf{20'361};  // 2025-09-30, 57 months after the start; arrivals go on to then.

template <class S>
Source<S> source_of(const S& table, const TableSpec<S>& spec, const char* name) {
  auto source = Source<S>::of(table, spec, name);
  EXPECT_TRUE(source.ok()) << source.status().to_string();
  return *std::move(source);
}

CompanyFacts facts_of(std::int64_t seed) {
  Context context;
  NoInput none;
  CompanyOptions options;
  options.customers = kCustomers;
  options.years = 5;
  options.seed = seed;
  const auto company = simulate_company(none, options, context);
  EXPECT_TRUE(company.ok());
  CompanyFacts facts;
  facts.orders = source_of(company->orders, orders_table(), "orders");
  facts.parties = company->parties;
  facts.contacts = source_of(company->contacts, contacts_table(), "contacts");
  facts.consents = source_of(company->consents, consents_table(), "consents");
  facts.answers = source_of(company->answers, answers_table(), "answers");
  return facts;
}

/// Stages at quarters, from one pass over a company's facts.
std::vector<detail::PastStages> judged_stages(std::int64_t seed) {
  CompanyFacts facts = facts_of(seed);
  CompanyScoresOptions options;
  options.as_of = kAsOf;
  StageHistoryOptions history;
  history.history = 17;
  history.draws = 100;
  Context context;
  auto run = detail::run_company(facts, options, {.history = &history}, context);
  EXPECT_TRUE(run.ok()) << run.status().to_string();
  std::vector<detail::PastStages> days = std::move(run->past);
  days.push_back({run->as_of, run->stages});
  return days;
}

StageHistory window_of(const std::vector<detail::PastStages>& days, std::size_t first) {
  std::vector<Column> keys;
  ValuesBuilder<Day> as_of;
  ValuesBuilder<Day> since;
  ValuesBuilder<std::int8_t> stage;
  ValuesBuilder<double> presence;
  ValuesBuilder<double> attachment;
  ValuesBuilder<std::uint8_t> lapsed;
  const auto copy = [](const auto& values, std::int64_t i, auto& out) {
    values.is_null(i) ? out.append_null() : out.append(values[i]);
  };
  for (std::size_t k = first; k < first + kWindow; ++k) {
    const RelationshipStages& s = days[k].stages;
    keys.push_back(s.customer_id.column());
    for (std::int64_t i = 0; i < s.stage.size(); ++i) {
      as_of.append(days[k].as_of);
      copy(s.stage_since, i, since);
      stage.append(s.stage[i]);
      copy(s.presence, i, presence);
      copy(s.attachment, i, attachment);
      lapsed.append(s.lapsed[i]);
    }
  }
  return {as_of.finish(),
          Keys(*Column::concatenate(keys)),
          Labels(stage.finish(), relationship_stage_words()),
          since.finish(),
          presence.finish(),
          attachment.finish(),
          lapsed.finish()};
}

std::array<double, 4> sizes_of(const RelationshipStages& stages) {
  std::array<double, 4> sizes{};
  for (std::int64_t i = 0; i < stages.stage.size(); ++i) {
    ++sizes[static_cast<std::size_t>(stages.stage[i])];
  }
  return sizes;
}

/// Customers by predicted probability, and how many moved.
struct Bin {
  double predicted = 0;
  int moved = 0;
  int customers = 0;
};

struct Outcome {
  std::map<std::int64_t, std::array<int, 2>> held;              ///< By period: held, all.
  std::map<std::int64_t, std::array<double, 2>> error;          ///< Of the forecast, of no change.
  std::map<std::pair<std::int64_t, std::size_t>, double> bias;  ///< By period and stage.
  std::array<Bin, 5> forward;
  std::array<Bin, 5> back;
};

void add_sizes(const StageSizeForecast& f, const std::vector<detail::PastStages>& days,
               std::size_t last, Outcome& out) {
  const std::array<double, 4> before = sizes_of(days[last].stages);
  for (std::int64_t i = 0; i < f.period.size(); ++i) {
    const auto s = static_cast<std::size_t>(f.stage[i]);
    const double truth = sizes_of(days[last + static_cast<std::size_t>(f.period[i])].stages)[s];
    auto& held = out.held[f.period[i]];
    out.bias[{f.period[i], s}] += f.customers[i] - truth;
    held[0] += f.customers_low[i] <= truth && truth <= f.customers_high[i];
    ++held[1];
    out.error[f.period[i]][0] += std::abs(f.customers[i] - truth);
    out.error[f.period[i]][1] += std::abs(before[s] - truth);
  }
}

void add_moves(const StageOutlook& outlook, const RelationshipStages& later, Outcome& out) {
  KeyIndex index;
  Buffer<std::int64_t> rows;
  ASSERT_TRUE(index.insert_all(later.customer_id, rows).ok());
  index.find_all(outlook.customer_id, rows);
  const auto bin = [](double p) {
    return static_cast<std::size_t>(p < 0.02 ? 0 : p < 0.05 ? 1 : p < 0.15 ? 2 : p < 0.3 ? 3 : 4);
  };
  for (std::int64_t i = 0; i < outlook.stage.size(); ++i) {
    const std::int64_t row = rows[static_cast<std::size_t>(i)];
    if (row < 0) continue;
    Bin& forward = out.forward[bin(outlook.p_forward[i])];
    forward.predicted += outlook.p_forward[i];
    forward.moved += later.stage[row] > outlook.stage[i];
    ++forward.customers;
    Bin& back = out.back[bin(outlook.p_back[i])];
    back.predicted += outlook.p_back[i];
    back.moved += later.stage[row] < outlook.stage[i];
    ++back.customers;
  }
}

const Outcome& outcome() {
  static const Outcome all = [] {
    Outcome out;
    for (const std::int64_t seed : kSeeds) {
      const auto days = judged_stages(seed);
      EXPECT_EQ(days.size(), 18U);
      for (std::size_t first = 0; first + kWindow + 4 <= days.size(); ++first) {
        StageHistory history = window_of(days, first);
        Context context;
        const auto forecast = stage_forecast(history, {.draws = 300}, context);
        EXPECT_TRUE(forecast.ok()) << forecast.status().to_string();
        const std::size_t last = first + kWindow - 1;
        add_sizes(forecast->forecast, days, last, out);
        add_moves(forecast->outlook, days[last + 1].stages, out);
      }
    }
    return out;
  }();
  return all;
}

TEST(StageForecastOfCompanies, HoldsOneAndFourQuartersAhead) {
  const Outcome& all = outcome();
  for (const auto& [period, held] : all.held) {
    const double share = static_cast<double>(held[0]) / held[1];
    const std::string name = std::to_string(period);
    RecordProperty("held_" + name, std::to_string(share) + " of " + std::to_string(held[1]));
    RecordProperty("mean_error_" + name, std::to_string(all.error.at(period)[0] / held[1]));
    RecordProperty("mean_change_" + name, std::to_string(all.error.at(period)[1] / held[1]));
    EXPECT_GE(share, period == 1 ? 0.87 : 0.79) << period;
  }
  for (const auto& [at, bias] : all.bias) {
    RecordProperty("bias_" + std::to_string(at.first) + "_" +
                       std::string(relationship_stage_words()[at.second]),
                   std::to_string(4 * bias / all.held.at(at.first)[1]));
  }
  // Better than to say that nothing changes.
  EXPECT_LT(all.error.at(4)[0], 0.7 * all.error.at(4)[1]);
}

TEST(StageForecastOfCompanies, SaysWhoIsAboutToMove) {
  const Outcome& all = outcome();
  const auto check = [](const std::array<Bin, 5>& bins, const std::string& name) {
    for (std::size_t k = 0; k < bins.size(); ++k) {
      if (bins[k].customers < 500) continue;
      const double predicted = bins[k].predicted / bins[k].customers;
      const double moved = static_cast<double>(bins[k].moved) / bins[k].customers;
      RecordProperty(name + std::to_string(k), std::to_string(predicted) + " predicted, " +
                                                   std::to_string(moved) + " moved of " +
                                                   std::to_string(bins[k].customers));
      EXPECT_NEAR(predicted, moved, 0.01 + 0.2 * moved) << name << k;
    }
  };
  check(all.forward, "forward_");
  check(all.back, "back_");
}

}  // namespace
}  // namespace fidelia
