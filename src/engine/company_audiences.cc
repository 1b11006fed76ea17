// SPDX-License-Identifier: Apache-2.0
#include "fidelia/engine/company_audiences.h"

#include "src/core/try.h"
#include "src/engine/company_entry.h"
#include "src/engine/company_run.h"
#include "src/engine/report_audiences.h"

namespace fidelia {

Result<Audiences> company_audiences(CompanyFacts& facts, const CompanyAudiencesOptions& options,
                                    Context& context) {
  FIDELIA_ASSIGN(const detail::CompanyRun run, detail::run_company(facts, options, {}, context));
  AudiencesInput known = detail::audiences_input(run, facts);
  AudiencesOptions own = options;
  own.as_of = run.as_of;
  return audiences(known, own, context);
}

Entry company_audiences_entry() {
  using F = CompanyFacts;
  return FunctionEntry(EntryKind::measure, "company_audiences",
                       "From a company's records to who belongs to which public.",
                       &company_audiences)
      .input("orders", &F::orders, orders_table())
      .input("exchange_rates", &F::exchange_rates, exchange_rates_table(), "", false)
      .input("parties", &F::parties, parties_table(), "", false)
      .input("party_links", &F::party_links, party_links_table(), "", false)
      .input("contacts", &F::contacts, contacts_table(), "", false)
      .input("consents", &F::consents, consents_table(), "", false)
      .input("answers", &F::answers, answers_table(), "", false)
      .input("rules", &F::rules, audience_rules_table(), "", false)
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
