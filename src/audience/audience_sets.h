// SPDX-License-Identifier: Apache-2.0
//
// Audiences as sets of rows, for who counts or adds up their members without listing them.
#ifndef FIDELIA_SRC_AUDIENCE_AUDIENCE_SETS_H_
#define FIDELIA_SRC_AUDIENCE_AUDIENCE_SETS_H_

#include <string>
#include <vector>

#include "fidelia/audience/audiences.h"

namespace fidelia::detail {

struct AudienceSet {
  std::string name;
  std::string help;  ///< "" for none.
  std::string rule;  ///< As the library spells it.
  bool own = false;  ///< The user's.
  RowSet members;    ///< Rows of AudienceSets::party_id.
};

struct AudienceSets {
  Keys party_id;  ///< Whoever a table names.
  std::vector<AudienceSet> sets;
};

/// What audiences() lists; `explain` is not read, and progress is not told.
Result<AudienceSets> audience_sets(const AudiencesInput& input, const AudiencesOptions& options,
                                   Context& context);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_AUDIENCE_AUDIENCE_SETS_H_
