// SPDX-License-Identifier: Apache-2.0
//
// From a caller's column to the view that a table asks for: the checks and conversions of table.h.
#ifndef FIDELIA_SRC_CORE_CONVERT_H_
#define FIDELIA_SRC_CORE_CONVERT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fidelia/core/calendar.h"
#include "fidelia/core/column.h"
#include "fidelia/core/table.h"

namespace fidelia::detail {

/// visit(view) with the view's own type.
template <class Visit>
decltype(auto) visit_view(ColumnKind kind, void* view, Visit visit) {
  switch (kind) {
    case ColumnKind::key: return visit(*static_cast<Keys*>(view));
    case ColumnKind::real: return visit(*static_cast<Floats*>(view));
    case ColumnKind::integer: return visit(*static_cast<Ints*>(view));
    case ColumnKind::flag: return visit(*static_cast<Flags*>(view));
    case ColumnKind::day: return visit(*static_cast<Days*>(view));
    case ColumnKind::time: return visit(*static_cast<Times*>(view));
    case ColumnKind::amount: return visit(*static_cast<Amounts*>(view));
    case ColumnKind::text: return visit(*static_cast<Texts*>(view));
    case ColumnKind::label: break;
  }
  return visit(*static_cast<Labels*>(view));
}

/// A value that does not fit, in row `row` of the batch.
struct Fault {
  std::int64_t row = 0;
  std::string column;
  std::string reason;
  std::string value;
};

/// What a conversion needs to know beside the column.
struct Conversion {
  const ColumnInfo& info;
  const std::string& caller_name;  ///< The caller's name of the column, for messages.
  const Calendar& calendar;        ///< Turns instants into civil time.
  DateOrder date_order = DateOrder::ymd;
  int scale = 2;  ///< Of amounts.
  std::vector<Fault>& faults;
  /// Amounts that had to be rounded: rows, the sum of what was left out in minor units, the first.
  std::int64_t rounded_rows = 0;
  double residue = 0;
  std::int64_t first_rounded = -1;
};

/// Fills the view at `view`, whose C++ type is that of info.kind. Values at fault are noted in
/// `faults` and read as null. A type that cannot be read as the kind at all is the Status.
Status convert_column(const Column& column, Conversion& conversion, void* view);

/// Null and range checks that hold for any view of the kind: notes what does not fit. Used by
/// convert_column, and for structs made by hand.
void check_view(const ColumnInfo& info, const void* view, std::vector<Fault>& faults);
std::int64_t view_size(const ColumnInfo& info, const void* view) noexcept;
/// The view as an Arrow column for the way out.
Column view_to_column(const ColumnInfo& info, const void* view);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_CONVERT_H_
