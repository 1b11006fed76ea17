// SPDX-License-Identifier: Apache-2.0
//
// The standard publics (audience/audiences.h) in the report's other languages.
#ifndef FIDELIA_SRC_REPORT_PUBLICS_H_
#define FIDELIA_SRC_REPORT_PUBLICS_H_

#include <vector>

#include "src/report/words.h"

namespace fidelia::report {

std::vector<Named> spanish_publics();
std::vector<Named> chinese_publics();

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_PUBLICS_H_
