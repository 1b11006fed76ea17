// SPDX-License-Identifier: Apache-2.0
//
// From the C ABI's status to a Python exception.
#ifndef FIDELIA_BINDINGS_PYTHON_ERRORS_H_
#define FIDELIA_BINDINGS_PYTHON_ERRORS_H_

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>

#include "capi/fidelia.h"

namespace fidelia_python {

/// Raises what fidelia._errors makes of the code; ends the error object.
[[noreturn]] inline void raise(fidelia_status status, fidelia_error* error) {
  const std::string message =
      error != nullptr ? fidelia_error_message(error) : "the library gave no message";
  const std::string column = error != nullptr ? fidelia_error_column(error) : "";
  const std::int64_t row = error != nullptr ? fidelia_error_row(error) : -1;
  fidelia_error_destroy(error);
  const nanobind::object made = nanobind::module_::import_("fidelia._errors")
                                    .attr("from_status")(status, message, row, column);
  PyErr_SetObject(made.type().ptr(), made.ptr());
  throw nanobind::python_error();
}

/// By reference: the call that fills `error` stands beside it among the arguments.
inline void check(fidelia_status status, fidelia_error* const& error) {
  if (status != FIDELIA_OK) raise(status, error);
}

}  // namespace fidelia_python

#endif  // FIDELIA_BINDINGS_PYTHON_ERRORS_H_
