// SPDX-License-Identifier: Apache-2.0
#include "fidelia/engine/company_audiences.h"

#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"

namespace fidelia {
namespace {

Texts words_of(const Labels& labels) {
  TextsBuilder words;
  for (std::int64_t i = 0; i < labels.size(); ++i) {
    labels.is_null(i) ? words.append_null() : words.append(labels.word(i));
  }
  return words.finish();
}

/// A member of the facts as one of the input.
template <class M>
auto fact(M CompanyFacts::* member) {
  return static_cast<M CompanyAudiencesInput::*>(member);
}

}  // namespace

Result<Audiences> company_audiences(CompanyAudiencesInput& input,
                                    const CompanyAudiencesOptions& options, Context& context) {
  FIDELIA_ASSIGN(const detail::CompanyRun run, detail::run_company(input, options, {}, context));
  AudiencesInput known;
  known.parties = input.parties;
  known.rules = input.rules;
  known.summary = {run.summary.customer_id, run.summary.orders, run.summary.spend,
                   run.summary.first_purchase, run.summary.last_purchase};
  const CustomerScores& scores = run.scores;
  known.scores = {scores.customer_id,         scores.frequency,      scores.p_alive,
                  scores.expected_purchases,  scores.expected_spend, scores.lifetime_value,
                  words_of(run.stages.stage), run.stages.stage_since};
  AudiencesOptions own = options;
  own.as_of = run.as_of;
  return audiences(known, own, context);
}

Entry company_audiences_entry() {
  using T = CompanyAudiencesInput;
  return FunctionEntry(EntryKind::measure, "company_audiences",
                       "From a company's records to who belongs to which public.",
                       &company_audiences)
      .input("orders", fact(&CompanyFacts::orders), orders_table())
      .input("exchange_rates", fact(&CompanyFacts::exchange_rates), exchange_rates_table(), "",
             false)
      .input("parties", fact(&CompanyFacts::parties), parties_table(), "", false)
      .input("party_links", fact(&CompanyFacts::party_links), party_links_table(), "", false)
      .input("contacts", fact(&CompanyFacts::contacts), contacts_table(), "", false)
      .input("consents", fact(&CompanyFacts::consents), consents_table(), "", false)
      .input("answers", fact(&CompanyFacts::answers), answers_table(), "", false)
      .input("rules", &T::rules, audience_rules_table(), "", false)
      .output("audiences", &Audiences::audiences, audience_table())
      .output("members", &Audiences::members, audience_members_table())
      .output("reasons", &Audiences::reasons, audience_reasons_table())
      .options(OptionsSpec<CompanyAudiencesOptions>()
                   .inherit(detail::company_scores_options())
                   .inherit(audiences_options()))
      .detail(
          "company_scores, and audiences over the parties, their purchases and their scores; see "
          "audiences for the language of rules. as_of in rules is that of the scores.");
}

}  // namespace fidelia
