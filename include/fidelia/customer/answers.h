// SPDX-License-Identifier: Apache-2.0
//
// Answers: what customers told us, to a question asked in passing or to a survey. `question` names
// it: "nps" (0 to 10, likelihood to recommend), "satisfaction", "how_did_you_hear" …
#ifndef FIDELIA_CUSTOMER_ANSWERS_H_
#define FIDELIA_CUSTOMER_ANSWERS_H_

#include "fidelia/customer/fact.h"

namespace fidelia {

struct Answers : FactIdentity {
  Keys answer_id;
  Keys customer_id;
  Times answered_at;
  Texts question;
  Floats value;
  Texts text;
};
const TableSpec<Answers>& answers_table();

}  // namespace fidelia

#endif  // FIDELIA_CUSTOMER_ANSWERS_H_
