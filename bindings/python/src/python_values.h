// SPDX-License-Identifier: Apache-2.0
//
// Arrow values as Python objects and back, for looking at results where no Arrow library is
// installed: lists, numpy arrays, pickles. All need the interpreter's lock.
#ifndef FIDELIA_BINDINGS_PYTHON_PYTHON_VALUES_H_
#define FIDELIA_BINDINGS_PYTHON_PYTHON_VALUES_H_

#include <nanobind/nanobind.h>

#include "arrow_data.h"

namespace fidelia_python {

namespace nb = nanobind;

/// Rows begin .. end-1 of a column: int, float, bool, str, bytes, datetime.date,
/// datetime.datetime, decimal.Decimal, uuid.UUID or None.
nb::list column_list(const ArrowData& data, std::int64_t column, std::int64_t begin,
                     std::int64_t end);
/// A numpy array of the column's integers, reals or flags, nulls of reals as NaN; None for every
/// other column and for nulls that have no such value.
nb::object column_numbers(const ArrowData& data, std::int64_t column);

/// Everything that the table is, as tuples and bytes.
nb::tuple to_state(const ArrowData& data);
ArrowDataPointer from_state(const nb::tuple& state);
/// A table from lists; a column's values are all str, all int or all float, or None.
ArrowDataPointer from_lists(const nb::dict& columns);

}  // namespace fidelia_python

#endif  // FIDELIA_BINDINGS_PYTHON_PYTHON_VALUES_H_
