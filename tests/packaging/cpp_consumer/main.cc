// SPDX-License-Identifier: Apache-2.0
//
// The smallest C++ program that uses Fidelia: a status, as every fallible function returns it. With
// WITH_ABSEIL it also uses the system's Abseil, which must not be mixed up with the one inside Fidelia.
#include <iostream>

#include "fidelia/core/status.h"

#ifdef WITH_ABSEIL
#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#endif

int main() {
  const auto status = fidelia::Status::invalid_data("no such day", 3, "ordered_at");
  if (fidelia::code_name(status.code()) != "invalid_data" || status.message().empty()) return 1;
#ifdef WITH_ABSEIL
  absl::flat_hash_map<int, std::string> names;
  for (int i = 0; i < 1000; ++i) names[i] = absl::StrCat("customer ", i);
  if (names.size() != 1000 || names.at(7) != "customer 7") return 1;
#endif
  std::cout << "fidelia " << fidelia::code_name(status.code()) << " works\n";
}
