// SPDX-License-Identifier: Apache-2.0
//
// An advice and its reasons in words.
#ifndef FIDELIA_SRC_ADVICE_EXPLAIN_H_
#define FIDELIA_SRC_ADVICE_EXPLAIN_H_

#include <string>

#include "src/advice/candidate.h"
#include "src/advice/customer_view.h"
#include "src/advice/sentences.h"
#include "src/advice/steps.h"

namespace fidelia::advice {

class Explainer {
 public:
  Explainer(const NextStepInput& input, const NextStepOptions& options, const CustomerView& view,
            const StepRules& rules, Day as_of)
      : e_(input.evidence),
        offers_(input.offers),
        o_(options),
        view_(view),
        rules_(rules),
        as_of_(as_of),
        words_(sentences_in(options.language)) {}

  /// All reasons in one text.
  std::string explain(std::int64_t i, const Candidate& advice) const;
  /// The text of one reason.
  std::string reason(std::int64_t i, const Candidate& advice, AdviceReason reason) const;

 private:
  std::string step(const Customer& customer, const Candidate& advice) const;
  std::string hand_over(const Customer& customer, Occasion occasion) const;
  std::string thank(const Customer& customer, Occasion occasion) const;
  std::string cross_sell(const Customer& customer) const;
  std::string alone(const Customer& customer, const Candidate& advice) const;
  std::string capacity(const Candidate& advice) const;
  std::string gain(const Candidate& advice) const;
  std::string permission(const Customer& customer, const Candidate& advice) const;
  std::string value_reason(const Candidate& advice) const;
  std::string effect_reason(const Customer& customer, const Candidate& advice) const;
  std::string response_reason(std::int64_t i, const Candidate& advice) const;
  std::string number(double value) const;
  std::string probability(double value) const;
  std::string with_decimal_sign(std::string text) const;
  std::string day(const Days& days, std::int64_t i) const;
  std::string_view step_name(Step step) const {
    return words_.steps[static_cast<std::size_t>(step)];
  }
  std::string_view means_name(Means means) const {
    return words_.means[static_cast<std::size_t>(means)];
  }

  const RelationshipEvidence& e_;
  const AdviceOffers& offers_;
  const NextStepOptions& o_;
  const CustomerView& view_;
  const StepRules& rules_;
  Day as_of_;
  const Sentences& words_;
};

}  // namespace fidelia::advice

#endif  // FIDELIA_SRC_ADVICE_EXPLAIN_H_
