// SPDX-License-Identifier: Apache-2.0
//
// The facts as they stood at earlier days, gathered in the same pass as those of as_of.
#ifndef FIDELIA_SRC_ENGINE_PAST_FACTS_H_
#define FIDELIA_SRC_ENGINE_PAST_FACTS_H_

#include <optional>
#include <vector>

#include "fidelia/engine/company.h"

namespace fidelia::detail {

/// The days before `as_of` at which stages are judged, ascending: `history` periods of
/// `period_months` each, counted back from as_of, and compare_to.
Result<std::vector<Day>> past_days(const StageHistoryOptions& options, Day as_of);

/// One of those days, with what was known by then.
struct PastDay {
  Day as_of;
  PurchaseSummary summary;
  RelationshipEvidence evidence;
};

class PastFacts {
 public:
  static constexpr std::int64_t kKeptRows = 2'000'000;

  /// Without as_of in `scores`, orders are kept until settle() says it, up to kKeptRows; with it,
  /// they are not.
  static Result<PastFacts> make(const StageHistoryOptions& options,
                                const CompanyScoresOptions& scores);

  /// `by_row`: the evidence takes the orders row by row, and not their summary.
  Status add(const CleanOrders& batch, bool by_row, Context& context);
  /// All orders are there, and as_of is this.
  Status settle(Day as_of, bool by_row, Context& context);
  /// More orders came than are kept, so that there is no past.
  bool gave_up() const noexcept { return kept_rows_ > kKeptRows; }
  /// Adds the parties; after settle().
  Status add(const Parties& parties, const PartyMap& map);
  /// For the sources that are read once for all days; after settle().
  std::vector<EvidenceState*> evidence();
  /// The days on which at least one customer was known.
  Result<std::vector<PastDay>> finish(Context& context);

 private:
  struct DayState {
    Day as_of;
    PurchaseSummaryState summary;
    EvidenceState evidence;
    std::optional<PurchaseSummary> finished = {};
  };
  Status open(Day as_of);
  Status add_to_days(const CleanOrders& batch, bool by_row, Context& context);

  StageHistoryOptions options_;
  CompanyScoresOptions scores_;
  bool opened_ = false;
  std::vector<DayState> days_;
  std::vector<CleanOrders> kept_;
  std::int64_t kept_rows_ = 0;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_PAST_FACTS_H_
