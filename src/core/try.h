// SPDX-License-Identifier: Apache-2.0
//
// Passing errors up inside src/: the only macros of the library, and not part of its interface.
#ifndef FIDELIA_SRC_CORE_TRY_H_
#define FIDELIA_SRC_CORE_TRY_H_

#include <utility>

#include "fidelia/core/status.h"

#define FIDELIA_TRY_JOIN2(a, b) a##b
#define FIDELIA_TRY_JOIN(a, b) FIDELIA_TRY_JOIN2(a, b)

/// Leaves the function with the Status when `expression` is not ok.
#define FIDELIA_TRY(expression)                                                  \
  do {                                                                           \
    if (::fidelia::Status fidelia_status_ = (expression); !fidelia_status_.ok()) \
      return fidelia_status_;                                                    \
  } while (false)

/// Declares or assigns `target` from a Result, or leaves the function with its Status.
#define FIDELIA_ASSIGN(target, expression) \
  FIDELIA_ASSIGN_IMPL(FIDELIA_TRY_JOIN(fidelia_result_, __LINE__), target, expression)
#define FIDELIA_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                           \
  if (!result.ok()) return result.status();             \
  target = *std::move(result)

#endif  // FIDELIA_SRC_CORE_TRY_H_
