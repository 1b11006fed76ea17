// SPDX-License-Identifier: Apache-2.0
//
// A small C++ program that uses Fidelia: asks what a name stands for, and meets an error on
// purpose. With WITH_ABSEIL it also uses the system's Abseil, which must not be mixed up with the
// one inside Fidelia.
#include <iostream>
#include <string>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/version.h"

#ifdef WITH_ABSEIL
#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#endif

int main() {
  const auto entry = fidelia::describe("purchase_summary");
  if (!entry.ok() || entry.value().find("frequency") == std::string::npos) return 1;
  const auto missing = fidelia::describe("no_such_thing");
  if (missing.ok() || missing.status().code() != fidelia::Code::not_found) return 1;
  std::cout << "fidelia says: " << missing.status().message() << '\n';
#ifdef WITH_ABSEIL
  absl::flat_hash_map<int, std::string> names;
  for (int i = 0; i < 1000; ++i) names[i] = absl::StrCat("customer ", i);
  if (names.size() != 1000 || names.at(7) != "customer 7") return 1;
#endif
  std::cout << "fidelia " << fidelia::version() << " works\n";
}
