/* SPDX-License-Identifier: Apache-2.0 */
//
// What the opaque handles of fidelia.h are, and the guard that wraps every entry.
#ifndef FIDELIA_CAPI_HANDLES_H_
#define FIDELIA_CAPI_HANDLES_H_

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "capi/fidelia.h"
#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"
#include "fidelia/core/model.h"
#include "fidelia/core/options.h"

struct fidelia_error {
  fidelia::Status status;
};

struct fidelia_context {
  explicit fidelia_context(const fidelia::ContextOptions& options) : context(options) {}
  fidelia::Context context;
};

struct fidelia_options {
  fidelia::OptionValues values;
  /// By input name ("" for all): our column name to the caller's.
  std::map<std::string, std::map<std::string, std::string>> columns;
};

struct fidelia_model {
  fidelia::ModelPointer model;
};

struct fidelia_text {
  std::string text;
};

namespace fidelia::capi {

/// Hands the error to the caller, if one is wanted; out of memory has an object of its own.
fidelia_status fail(const Status& status, fidelia_error** error) noexcept;
fidelia_status fail_no_memory(fidelia_error** error) noexcept;
fidelia_status fail_unexpected(const char* what, fidelia_error** error) noexcept;

/// Runs a body that returns a Status; nothing that it throws gets out.
template <class Body>
fidelia_status guard(fidelia_error** error, Body body) noexcept {
  try {
    const Status status = body();
    return status.ok() ? FIDELIA_OK : fail(status, error);
  } catch (const std::bad_alloc&) {
    return fail_no_memory(error);
  } catch (const std::exception& exception) {
    return fail_unexpected(exception.what(), error);
  } catch (...) {
    return fail_unexpected("an exception of unknown type", error);
  }
}

inline Status null_argument(const char* name) {
  return {Code::invalid_argument, std::string(name) + " must not be NULL", -1, name};
}

/// The struct as this library knows it: what the caller's shorter one lacks is zero; what a longer
/// one has beyond must be zero, or a wish would go unheard.
template <class T>
Status read_struct(const T* theirs, const char* name, T& ours) {
  if (theirs->struct_size == sizeof(T)) {  // the usual case, and the quick one
    ours = *theirs;
    return {};
  }
  if (theirs->struct_size < sizeof(ours.struct_size) || theirs->struct_size > 4096) {
    return {Code::invalid_argument, std::string(name) + ".struct_size is not that of the struct",
            -1, name};
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(theirs);
  ours = T{};
  std::memcpy(&ours, bytes, std::min<std::size_t>(sizeof(T), theirs->struct_size));
  for (std::size_t i = sizeof(T); i < theirs->struct_size; ++i) {
    if (bytes[i] != 0) {
      return {Code::unsupported, std::string(name) + " has a field that this version does not know",
              -1, name};
    }
  }
  return {};
}

/// Fills as much of the caller's struct as it has; what it has beyond ours stays as it is.
template <class T>
Status write_struct(const T& ours, const char* name, T* theirs) {
  if (theirs->struct_size == sizeof(T)) {
    *theirs = ours;
    theirs->struct_size = sizeof(T);
    return {};
  }
  constexpr std::size_t kSize = sizeof(ours.struct_size);
  if (theirs->struct_size < kSize || theirs->struct_size > 4096) {
    return {Code::invalid_argument, std::string(name) + ".struct_size is not that of the struct",
            -1, name};
  }
  const std::size_t end = std::min<std::size_t>(sizeof(T), theirs->struct_size);
  std::memcpy(reinterpret_cast<unsigned char*>(theirs) + kSize,
              reinterpret_cast<const unsigned char*>(&ours) + kSize, end - kSize);
  return {};
}

}  // namespace fidelia::capi

#endif  // FIDELIA_CAPI_HANDLES_H_
