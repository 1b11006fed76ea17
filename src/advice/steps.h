// SPDX-License-Identifier: Apache-2.0
//
// The rules of the steps: which a customer's facts call for, by which channels they may be taken
// and what each would gain.
#ifndef FIDELIA_SRC_ADVICE_STEPS_H_
#define FIDELIA_SRC_ADVICE_STEPS_H_

#include <string_view>
#include <vector>

#include "src/advice/candidate.h"
#include "src/advice/customer_view.h"

namespace fidelia::advice {

/// The day, or the Monday after it; within the years that a Day has.
Day working_day(std::int64_t days) noexcept;

class StepRules {
 public:
  StepRules(const NextStepInput& input, const NextStepOptions& options, const Typical& typical,
            Day as_of)
      : e_(input.evidence), offers_(input.offers), o_(options), typical_(typical), as_of_(as_of) {}

  /// Appends a candidate for each step whose rule holds and each means open to it, in the order of
  /// Step; whatever they gain.
  void propose(const Customer& customer, std::vector<Candidate>& out) const;
  /// The complaint is open and still owed an answer: nothing else is proposed.
  bool complaint_due(const Customer& customer) const;
  /// Day on which the customer's own rhythm asks for the next purchase.
  Day rhythm_day(const Customer& customer) const;

 private:
  struct Proposal {
    Step step = Step::leave_alone;
    Occasion occasion = Occasion::none;
    double effect = 0;
    std::int64_t from = 1;  ///< Not due sooner than this many days after as_of.
    Channels channels = {};
    bool without_consent = false;
    bool owed = false;
  };
  void add(const Customer& customer, const Proposal& proposal, std::vector<Candidate>& out) const;
  Factors factors_of(const Customer& customer, const Candidate& candidate, double worth,
                     double alive) const;
  void bound(const Customer& customer, Candidate& candidate) const;
  double win_back_effect(const Customer& customer, double alive) const;
  double cost_of(Means means) const;
  Channels permitted(const Customer& customer, bool selling) const;
  Channels personal(const Customer& customer) const;

  void hand_over(const Customer& customer, std::vector<Candidate>& out) const;
  void apologise(const Customer& customer, std::vector<Candidate>& out) const;
  void call_after_sale(const Customer& customer, std::vector<Candidate>& out) const;
  void thank(const Customer& customer, std::vector<Candidate>& out) const;
  void welcome(const Customer& customer, std::vector<Candidate>& out) const;
  void second_purchase(const Customer& customer, std::vector<Candidate>& out) const;
  void replenishment(const Customer& customer, std::vector<Candidate>& out) const;
  void cross_sell(const Customer& customer, std::vector<Candidate>& out) const;
  void win_back(const Customer& customer, std::vector<Candidate>& out) const;
  void ask_for_referral(const Customer& customer, std::vector<Candidate>& out) const;
  void ask_permission(const Customer& customer, std::vector<Candidate>& out) const;

  const RelationshipEvidence& e_;
  const AdviceOffers& offers_;
  const NextStepOptions& o_;
  const Typical& typical_;
  Day as_of_;
};

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_STEPS_H_
