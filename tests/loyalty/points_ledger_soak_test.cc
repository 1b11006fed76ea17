// SPDX-License-Identifier: Apache-2.0
//
// Goal and method: those of points_ledger_test.cc.
// Ten million operations and more: a hundred cases of some three thousand sequences of forty.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "tests/loyalty/ledger_world.h"

namespace fidelia {
namespace {

RC_GTEST_PROP(PointsLedgerSoak, DoesWhatTheNaiveLedgerDoes, ()) {
  const std::string wrong = testing_support::play_some(6000);
  if (!wrong.empty()) RC_FAIL(wrong);
}

}  // namespace
}  // namespace fidelia
