// SPDX-License-Identifier: Apache-2.0
//
// What the rules of next_step see of a customer, gathered once from evidence, stage, scores and
// offers; and what a typical customer is like.
#ifndef FIDELIA_SRC_ADVICE_CUSTOMER_VIEW_H_
#define FIDELIA_SRC_ADVICE_CUSTOMER_VIEW_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fidelia/advice/next_step.h"

namespace fidelia::advice {

inline constexpr double kMostWorth = 1e15;

enum class Permission : std::uint8_t { unknown, none, given };

/// Days from a fact to as_of; below 0 where the fact lies after it.
using Age = std::optional<std::int32_t>;

inline bool within(Age age, std::int64_t days) { return age && *age <= days; }

struct Customer {
  std::int64_t row = 0;
  // Purchases.
  bool bought = false;
  std::int64_t purchases = 0;  ///< Distinct periods with one.
  std::int32_t silence = 0;    ///< Days since the last.
  Age since_first;
  std::optional<double> gap;            ///< Usual days between purchases.
  std::optional<double> gap_variation;  ///< Their coefficient of variation.
  Age since_late;                       ///< Since the last late delivery.
  // Scores.
  double alive = 1;
  std::optional<double> alive_low;
  std::optional<double> alive_high;
  double worth = 0;  ///< While a customer.
  bool worth_known = false;
  std::optional<double> worth_low;   ///< With alive_low …
  std::optional<double> worth_high;  ///< … and alive_high, since lifetime_value holds both.
  double worth_back = 0;             ///< The most that the customer is worth if won back.
  // Contacts and answers.
  Permission permission = Permission::unknown;
  bool withdrawn = false;
  Age since_consent;
  Age since_withdrawal;
  Age since_out;  ///< Since the last outbound contact.
  Age since_service;
  Age since_thanks;
  Age since_asked;           ///< For permission.
  Age since_asked_referral;  ///< For a referral.
  Age since_complaint;
  bool complaint_open = false;
  Age since_referral;
  Age since_answer;
  std::optional<double> nps;
  std::optional<double> attachment;
  bool loyal = false;  ///< At the stage of loyalty.
  double response = 1;
  // Offers.
  std::int64_t offer = -1;  ///< Row of the best one.
};

struct Typical {
  double worth = 0;       ///< Of a customer who is still one.
  double alive = 1;       ///< Of a buyer.
  double answered = 0.5;  ///< Share of contacts.
  double valuable = -1;   ///< Worth from which a buyer is very valuable; below 0: nobody.
};

/// Rows of the other tables by row of the evidence, -1 where there is none.
struct JoinedRows {
  std::vector<std::int64_t> stages;
  std::vector<std::int64_t> scores;
  std::vector<std::int64_t> gaps;
  std::vector<std::int64_t> offers;  ///< Of each customer the best.
};
Result<JoinedRows> join_rows(const NextStepInput& input, const NextStepOptions& options);

class CustomerView {
 public:
  CustomerView(const NextStepInput& input, const NextStepOptions& options, Day as_of,
               JoinedRows rows)
      : e_(input.evidence),
        stages_(input.stages),
        scores_(input.scores),
        gaps_(input.gaps),
        o_(options),
        as_of_(as_of),
        rows_(std::move(rows)) {}

  /// Learns what is typical; Code::invalid_argument when worth cannot be known.
  Status learn();
  Customer look(std::int64_t i) const;
  const Typical& typical() const noexcept { return typical_; }

 private:
  Age age(const Days& days, std::int64_t i) const;
  double alive_of(std::int64_t i) const;
  std::optional<double> worth_of(std::int64_t i) const;
  double worth_back_of(std::int64_t i) const;
  void see_purchases(Customer& c) const;
  void see_scores(Customer& c) const;
  void see_contacts(Customer& c) const;

  const RelationshipEvidence& e_;
  const RelationshipStages& stages_;
  const AdviceScores& scores_;
  const AdviceGaps& gaps_;
  const NextStepOptions& o_;
  Day as_of_;
  JoinedRows rows_;
  Typical typical_;
};

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_CUSTOMER_VIEW_H_
