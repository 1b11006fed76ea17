// SPDX-License-Identifier: Apache-2.0
//
// company_audiences: from a company's records to its publics, in one call.
//
// company_scores, then audiences (audience/audiences.h) over the parties, their purchases and their
// scores. as_of in rules is that of the scores; parties first seen later are not known then. Memory
// and cost are those of the two.
#ifndef FIDELIA_ENGINE_COMPANY_AUDIENCES_H_
#define FIDELIA_ENGINE_COMPANY_AUDIENCES_H_

#include "fidelia/audience/audiences.h"
#include "fidelia/engine/company.h"

namespace fidelia {

/// The as_of of the scores counts for both.
struct CompanyAudiencesOptions : CompanyScoresOptions, AudiencesOptions {};

Result<Audiences> company_audiences(CompanyFacts& facts, const CompanyAudiencesOptions& options,
                                    Context& context);
Entry company_audiences_entry();

}  // namespace fidelia

#endif  // FIDELIA_ENGINE_COMPANY_AUDIENCES_H_
