// SPDX-License-Identifier: Apache-2.0
//
// relationship_stage: at which of four stages a relationship stands, by explicit rules on evidence.
//
// Stages (attention, permission, participation, loyalty) follow the tradition of permission
// marketing (S. Godin, 1999): each asks for evidence of its own, and losing the evidence leads
// back. Rules, from the last stage to the first; the first that holds decides:
//
//   loyalty        has bought on three distinct days or more (option loyalty_purchases), presence
//   is
//                  loyalty_presence or more, attachment is loyalty_attachment or more, and no
//                  complaint of the last complaint_days is open.
//   participation  has bought, and would probably buy again: presence is lost_presence or more.
//   permission     a consent is in force; or the customer answered a question and has not withdrawn
//                  since. Where no consent table was given, a reply in the last year counts too.
//   attention      known, and none of the above.
//
// Presence is the probability of still being a customer: p_alive of the scores, with the points (in
// log-odds) of what the purchases alone cannot say: the share of the year's contacts that the
// customer answered against the usual share, a call or letter of the customer's own in the last 90
// days, a last purchase that was delivered late. Without contacts and deliveries it is p_alive.
//
// Without scores, silence stands for p_alive: 0.15 for a customer silent for longer than
// silence_gaps times its own mean time between purchases (and than a quarter of silence_days; who
// bought once: than silence_days), else 0.85; from half of that silence on there is no loyalty. Of
// who bought once BG/NBD says nothing (p_alive is 1): beyond single_days presence is 0.15 at most.
//
// Attachment is a scorecard, in log-odds of being attached, that is loyal in attitude and not by
// habit alone: the latest nps or satisfaction, referrals, the share of contacts answered, the
// number of purchases, and what won the customer. What is not known adds nothing. The weights stand
// at the top of the implementation, rounded from logistic regressions on simulated companies.
//
// Moves back: loyalty falls to participation when silence or doubt grows; a buyer who is probably
// lost stands at permission or attention, whichever its leave to be contacted allows; permission
// withdrawn leads back to attention. `fallen_from` says from where; `lapsed` marks buyers lost.
//
// stage_since is the day from which the evidence held: first_seen or the withdrawal (attention),
// the consent or answer (permission), the first purchase (participation), the third (loyalty); for
// who is lost, the last purchase, after which the customer left. strength, 0 .. 1, adds up within
// the stage from parts that the implementation lists. Cost: 300 ns a customer, 800 ns with reasons.
#ifndef FIDELIA_STAGE_RELATIONSHIP_STAGE_H_
#define FIDELIA_STAGE_RELATIONSHIP_STAGE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/customer/relationship_stages.h"
#include "fidelia/stage/evidence.h"

namespace fidelia {

/// Scores of customers, where there are any. Rows in any order; customers without a row, or with
/// nulls, are judged by silence.
struct StageScores {
  Keys customer_id;
  Floats p_alive;
  Floats frequency;  ///< Repeat purchases.
};
const TableSpec<StageScores>& stage_scores_table();

struct RelationshipStageInput {
  RelationshipEvidence evidence;
  StageScores scores;
};

struct RelationshipStageOptions {
  std::optional<Day> as_of = {};  ///< Default: the latest day in the evidence.
  std::int64_t loyalty_purchases = 3;
  double loyalty_presence = 0.5;
  double loyalty_attachment = 0.5;
  double lost_presence = 0.5;
  std::int64_t single_days = 1095;
  double silence_gaps = 4;
  std::int64_t silence_days = 365;
  std::int64_t complaint_days = 180;
  bool reasons = true;  ///< Also the text of the deciding facts.
};
const OptionsSpec<RelationshipStageOptions>& relationship_stage_options();

struct RelationshipStages {
  Keys customer_id;  ///< Rows as in the evidence.
  Labels stage;      ///< RelationshipStage.
  Days stage_since;
  Floats strength;     ///< 0 .. 1 within the stage.
  Floats presence;     ///< 0 .. 1, of buyers.
  Floats attachment;   ///< 0 .. 1, of buyers.
  Flags lapsed;        ///< Bought, and is probably lost.
  Labels fallen_from;  ///< RelationshipStage once reached; null where the customer has not fallen.
  Texts reasons;       ///< The deciding facts with their dates.
};
const TableSpec<RelationshipStages>& relationship_stages_table();

Result<RelationshipStages> relationship_stage(RelationshipStageInput& input,
                                              const RelationshipStageOptions& options,
                                              Context& context);
Entry relationship_stage_entry();

}  // namespace fidelia

#endif  // FIDELIA_STAGE_RELATIONSHIP_STAGE_H_
