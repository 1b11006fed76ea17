// SPDX-License-Identifier: Apache-2.0
//
// Worlds of ledger_world.h over files: a folder that is gone afterwards, and sequences of
// operations over several connections to one file.
#ifndef FIDELIA_TESTS_ENGINE_LEDGER_FILE_WORLD_H_
#define FIDELIA_TESTS_ENGINE_LEDGER_FILE_WORLD_H_

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/engine/ledger_file.h"
#include "tests/loyalty/ledger_world.h"
#include "tests/support/temporary_folder.h"

namespace fidelia::testing_support {

inline PointsLedger open_file(const std::string& path) {
  auto ledger = open_ledger_file(path);
  if (!ledger.ok()) throw std::runtime_error(ledger.status().to_string());
  return *std::move(ledger);
}

/// The steps of `play` over two connections that take turns, now and then opened anew.
inline std::string play_over_file(const Dice& terms, const std::vector<Dice>& steps) {
  const TemporaryFolder folder;
  const std::string path = folder / "club.fidelia";
  World world(terms, open_file(path));
  PointsLedger other = open_file(path);
  for (const Dice& dice : steps) {
    if (dice[0] % 2 == 0) std::swap(world.ledger, other);
    if (dice[1] % 5 == 0) world.ledger = open_file(path);
    std::string wrong = maybe_close(world, dice);
    wrong += take(world, any_step(world, dice), dice[kDice - 2] >= 192);
    if (!wrong.empty()) return world.history + wrong;
  }
  return {};
}

inline std::string play_batches_over_file(const Dice& terms, const std::vector<Dice>& steps) {
  const TemporaryFolder folder;
  const std::string path = folder / "club.fidelia";
  World world(terms, open_file(path));
  PointsLedger other = open_file(path);
  return play_in_batches(world, steps, [&](World& w, int die) {
    if (die % 2 == 0) std::swap(w.ledger, other);
  });
}

}  // namespace fidelia::testing_support

#endif  // FIDELIA_TESTS_ENGINE_LEDGER_FILE_WORLD_H_
