// SPDX-License-Identifier: Apache-2.0
//
// What evidence keeps of each customer while facts arrive, and the table that it becomes.
#ifndef FIDELIA_SRC_STAGE_EVIDENCE_FACTS_H_
#define FIDELIA_SRC_STAGE_EVIDENCE_FACTS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/stage/evidence.h"
#include "src/core/text.h"

namespace fidelia::detail {

constexpr std::int32_t kNoFirst = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kNoLast = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

struct OrderFacts {
  std::int32_t first = kNoFirst;
  std::int32_t second = kNoFirst;
  std::int32_t third = kNoFirst;
  std::int32_t last = kNoLast;
  std::int32_t orders = 0;
  std::int32_t year = 0;
  std::int32_t late = 0;
  std::int32_t last_late = kNoLast;
  std::int32_t returns = 0;
  std::int32_t first_return = kNoFirst;

  void purchase(std::int32_t day) noexcept {
    ++orders;
    if (day > last) last = day;
    if (day >= third) return;
    if (day < first) {
      third = second;
      second = first;
      first = day;
    } else if (day != first && day < second) {
      third = second;
      second = day;
    } else if (day != first && day != second) {
      third = day;
    }
  }
};

struct ContactFacts {
  std::int32_t first = kNoFirst;
  std::int32_t out = 0;
  std::int32_t in = 0;
  std::int32_t last_out = kNoLast;
  std::int32_t last_in = kNoLast;
  std::int32_t last_reply = kNoLast;
  std::int32_t replies_year = 0;
  std::int32_t tries_year = 0;
  std::int32_t reached_year = 0;
  std::int32_t last_thanks = kNoLast;
  std::int32_t asked = 0;
  std::int32_t last_asked = kNoLast;
  std::int32_t last_asked_referral = kNoLast;
  std::int32_t complaints = 0;
  std::int32_t referrals = 0;
  std::int32_t last_referral = kNoLast;
  std::int64_t complaint_at = kNever;
  std::int64_t answered_at = kNever;
};

struct AnswerFacts {
  std::int32_t first = kNoFirst;
  std::int32_t last = kNoLast;
  std::int32_t answers = 0;
  std::int32_t referrals = 0;
  std::int32_t last_referral = kNoLast;
  bool preference = false;
  double nps = 0;
  double satisfaction = 0;
  std::int64_t nps_at = kNever;
  std::int64_t satisfaction_at = kNever;
};

struct PartyFacts {
  std::int32_t first_seen = kNoFirst;  ///< kNoFirst: not told.
  std::int32_t undated = 0;            ///< Rows without first_seen: known at any time.
  std::int8_t incentive = -1;
  std::int32_t incentive_day = kNoFirst;
};

struct ConsentFact {
  std::int64_t number = 0;
  std::int64_t at = 0;
  std::int32_t channel = 0;  ///< Index of the word; 0 is all.
  std::int32_t purpose = 0;
  bool given = false;
};

/// Words with small numbers; number 0 stands for "all".
class Words {
 public:
  std::int32_t number(std::string_view text) {
    if (text == last_text_) return last_;
    const std::string word = to_lower(trim(text));
    if (word.empty() || word == "*" || word == "all") return 0;
    const auto [it, added] = numbers_.emplace(word, static_cast<std::int32_t>(numbers_.size() + 1));
    if (added) words_.push_back(word);
    last_text_ = text;
    last_ = it->second;
    return last_;
  }
  const std::string& word(std::int32_t number) const {
    return words_[static_cast<std::size_t>(number)];
  }

 private:
  std::map<std::string, std::int32_t> numbers_;
  std::vector<std::string> words_ = {"*"};
  std::string last_text_ = "*";
  std::int32_t last_ = 0;
};

inline void later(std::int32_t& last, std::int32_t day) { last = std::max(last, day); }
inline void earlier(std::int32_t& first, std::int32_t day) { first = std::min(first, day); }

/// Everything known, by the customers' numbers.
struct EvidenceFacts {
  KeyIndex index;
  bool has_orders = false;
  bool has_rows = false;  ///< Orders came row by row, not summed up.
  bool has_deliveries = false;
  bool has_contacts = false;
  bool has_consents = false;
  bool has_answers = false;
  bool has_parties = false;
  std::vector<OrderFacts> orders;
  std::vector<ContactFacts> contacts;
  std::vector<AnswerFacts> answers;
  std::vector<PartyFacts> parties;
  std::vector<ConsentFact> consents;
  Words words;
};

/// The table; sorts the consents by customer.
RelationshipEvidence build_evidence(EvidenceFacts& facts, Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_STAGE_EVIDENCE_FACTS_H_
