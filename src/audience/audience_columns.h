// SPDX-License-Identifier: Apache-2.0
//
// One row for each party that a table names, with all that rules may ask of it.
#ifndef FIDELIA_SRC_AUDIENCE_AUDIENCE_COLUMNS_H_
#define FIDELIA_SRC_AUDIENCE_AUDIENCE_COLUMNS_H_

#include "fidelia/audience/audiences.h"

namespace fidelia::detail {

struct AudienceColumns {
  Keys party_id;  ///< In the order of first sight: parties, then scores, then the summary.
  RuleTable table;
};

Result<AudienceColumns> audience_columns(const AudiencesInput& input);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_AUDIENCE_AUDIENCE_COLUMNS_H_
