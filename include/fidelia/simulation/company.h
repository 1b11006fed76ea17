// SPDX-License-Identifier: Apache-2.0
//
// An artificial company with known truth: its parties, orders, contacts, consents and answers as
// they would have been recorded, and beside them what really caused them. For sample data, tests,
// benchmarks and "what if".
//
// The world. Parties arrive over the first part of the period, in five market segments, won by an
// incentive. Some never buy. A buyer's first purchase follows the first sight at once or after an
// exponential delay; then purchases follow the BG/NBD process (P. Fader, B. Hardie, K. Lok Lee,
// 2005): a Poisson process at the buyer's own rate, and after each repeat purchase the buyer is
// lost with the buyer's own probability. Rates are gamma, probabilities beta distributed within a
// segment and incentive; amounts follow the Gamma-Gamma model (Fader and Hardie, 2013). A late
// delivery adds a chance of loss, smaller when the complaint is handled well. Attachment, which
// falls as the probability of loss rises, drives all else: consent, replies, answers to surveys,
// referrals. So what the truth says causes the evidence.
//
// Each party is drawn from random streams of its own, with the library's own exp and log: the data
// are the same bits on every machine, for any size of batch and any order of batches. Memory grows
// with the batch only. Names are put together from syllables; nobody is meant. Cost: about 12 us a
// customer and thread, for some 38 rows a customer in three years.
#ifndef FIDELIA_SIMULATION_COMPANY_H_
#define FIDELIA_SIMULATION_COMPANY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/core/options.h"
#include "fidelia/core/table.h"
#include "fidelia/customer/answers.h"
#include "fidelia/customer/consents.h"
#include "fidelia/customer/contacts.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/parties.h"

namespace fidelia {

enum class MarketSegment : std::int8_t {
  occasional_persons = 0,
  regular_persons,
  small_organisations,
  medium_organisations,
  large_organisations,
};
std::span<const std::string_view> market_segment_words() noexcept;

/// attention: knows of the company. permission: a consent is in force, or a question was answered
/// and no consent withdrawn. participation: has bought and would buy again. loyalty: has bought
/// three times or more, would buy again, and is attached (attachment 0.65 or more). Who has bought
/// and is lost falls back to permission or attention.
enum class TrueStage : std::int8_t { attention = 0, permission, participation, loyalty };
std::span<const std::string_view> true_stage_words() noexcept;

/// The distributions that buyers of one segment and incentive are drawn from.
struct PurchaseParameters {
  double r = 0;      ///< Purchase rate: gamma with shape r …
  double alpha = 0;  ///< … and rate alpha, in weeks.
  double a = 0;      ///< Dropout probability: beta(a, b).
  double b = 0;
  double p = 0;      ///< Amounts: gamma with shape p and a rate that is itself …
  double q = 0;      ///< … gamma with shape q …
  double gamma = 0;  ///< … and rate gamma. The mean amount of a buyer has mean p gamma / (q - 1).
};
PurchaseParameters purchase_parameters(MarketSegment segment, Incentive incentive) noexcept;

struct CompanyOptions {
  std::int64_t customers = 20'000;  ///< Parties, buyers or not; 0 .. 10^9.
  std::int64_t years = 3;           ///< 1 .. 50.
  std::int64_t seed = 1;
  std::optional<Day> start;  ///< First day; 2021-01-01 without. The end is years later.
  std::string currency = "EUR";
  std::string foreign_currency;  ///< Of the region overseas; empty: the same everywhere.
  double business_share = 0.14;  ///< Of organisations among the parties.
  double prospect_share = 0.30;  ///< Of parties that never buy.
  double refund_share = 0.03;    ///< Of orders that are sent back or credited, wholly or partly.
  double late_share = 0.08;      ///< Of orders that arrive later than promised.
  std::int64_t first = 0;        ///< simulate_company: the first party of the batch …
  std::optional<std::int64_t> count;  ///< … and how many; all that follow without.
};
const OptionsSpec<CompanyOptions>& company_options();

/// What caused the facts; one row a party. The future is the 52 weeks after the last day.
struct CompanyTruth {
  Keys party_id;
  Labels segment;              ///< MarketSegment.
  Flags buyer;                 ///< 0: never buys, whatever is done.
  Floats purchase_rate;        ///< Per week; null for who never buys.
  Floats dropout_probability;  ///< After each repeat purchase that went well; null likewise.
  Floats spend_mean;     ///< Expected amount of an order, major units of `currency`; null likewise.
  Floats attachment;     ///< 0 .. 1.
  Floats advocacy;       ///< Expected referrals in 52 weeks of a loyal buyer; 0 below loyalty.
  Days first_purchase;   ///< Null when not by the last day.
  Ints purchases;        ///< By the last day; cancelled orders and credit notes not counted.
  Flags alive;           ///< Would buy again; null without a purchase.
  Days died_at;          ///< Day of the purchase that was the last; null while alive.
  Labels stage;          ///< TrueStage at the end of the last day.
  Labels highest_stage;  ///< The furthest ever reached.
  Ints complaints;
  Ints referrals;             ///< Made by the last day.
  Keys referred_by;           ///< Party that brought this one; null for most.
  Floats expected_purchases;  ///< In the future, given all of the above; 0 for the lost.
  Ints future_purchases;      ///< In the future, as it came out; not among the orders.
  Amounts future_spend;       ///< Their amounts, in `currency`.
};
const TableSpec<CompanyTruth>& company_truth_table();

struct Company {
  Parties parties;
  PartyNames party_names;
  Orders orders;
  OrderLines order_lines;
  Contacts contacts;
  Consents consents;
  Answers answers;
  ExchangeRates exchange_rates;  ///< Whole, and only in the batch that holds party 0.
  CompanyTruth truth;
};

/// Makes a company in batches. Immutable: batches may be made on several threads at once.
class CompanySimulator {
 public:
  /// Code::invalid_argument names the option out of its range.
  static Result<CompanySimulator> make(const CompanyOptions& options);

  std::int64_t customers() const noexcept;
  Day first_day() const noexcept;
  Day last_day() const noexcept;  ///< The as_of of the facts.
  /// Everything about the parties first .. first+count-1, party by party, each party's facts in
  /// order of time. Batches put together are the company, whatever their sizes.
  Result<Company> batch(std::int64_t first, std::int64_t count, const Context& context) const;

  struct Plan;

 private:
  explicit CompanySimulator(std::shared_ptr<const Plan> plan);
  std::shared_ptr<const Plan> plan_;
};

struct NoInput {};

/// The parties options.first … as one batch; by default the whole company.
Result<Company> simulate_company(NoInput& input, const CompanyOptions& options, Context& context);
Entry company_entry();

}  // namespace fidelia

#endif  // FIDELIA_SIMULATION_COMPANY_H_
