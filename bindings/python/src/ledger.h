// SPDX-License-Identifier: Apache-2.0
#ifndef FIDELIA_BINDINGS_PYTHON_LEDGER_H_
#define FIDELIA_BINDINGS_PYTHON_LEDGER_H_

#include <nanobind/nanobind.h>

namespace fidelia_python {

/// fidelia._core.Ledger, on which fidelia.PointsLedger stands.
void bind_ledger(nanobind::module_& module);

}  // namespace fidelia_python

#endif  // FIDELIA_BINDINGS_PYTHON_LEDGER_H_
