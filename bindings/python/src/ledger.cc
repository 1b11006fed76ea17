// SPDX-License-Identifier: Apache-2.0
#include "ledger.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "capi/fidelia.h"
#include "errors.h"

namespace fidelia_python {
namespace {

namespace nb = nanobind;
using namespace nb::literals;

/// An operation of the C ABI with the memory of its lines.
struct Operation {
  fidelia_operation fields{};
  std::vector<fidelia_operation_line> lines;
};

template <class T>
void take(const nb::dict& from, const char* name, T& to) {
  const nb::str key(name);
  if (from.contains(key)) to = nb::cast<T>(from[key]);
}

Operation operation_of(const nb::dict& from) {
  Operation out;
  fidelia_operation& o = out.fields;
  o.struct_size = sizeof(o);
  take(from, "kind", o.kind);
  take(from, "id_high", o.id_high);
  take(from, "id_low", o.id_low);
  take(from, "at", o.at);
  take(from, "effective", o.effective);
  take(from, "account", o.account);
  take(from, "to", o.to);
  take(from, "has_line", o.has_line);
  take(from, "line", o.line);
  take(from, "first_day", o.first_day);
  take(from, "last_day", o.last_day);
  take(from, "amount", o.amount);
  take(from, "target_high", o.target_high);
  take(from, "target_low", o.target_low);
  take(from, "until", o.until);
  take(from, "numerator", o.numerator);
  take(from, "denominator", o.denominator);
  take(from, "spread", o.spread);
  std::vector<std::tuple<std::int32_t, std::int64_t>> lines;
  take(from, "lines", lines);
  for (const auto& [line, amount] : lines) out.lines.push_back({amount, line, 0});
  return out;
}

/// A handle that many Python threads may use: one call at a time.
class Ledger {
 public:
  Ledger(const std::optional<std::string>& path, bool must_exist, std::int32_t busy_timeout_ms) {
    const fidelia_ledger_options options{sizeof(fidelia_ledger_options), must_exist ? 1 : 0,
                                         busy_timeout_ms, 0};
    call([&](fidelia_error** error) {
      return fidelia_ledger_open(path ? path->c_str() : nullptr, &options, &ledger_, error);
    });
  }
  ~Ledger() { close(); }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void close() {
    const nb::gil_scoped_release unlocked;
    const std::lock_guard lock(mutex_);
    fidelia_ledger_destroy(ledger_);
    ledger_ = nullptr;
  }
  std::uint32_t add_currency(const std::string& code, std::int32_t scale, std::int32_t lot_order,
                             bool debt, std::int32_t late_refund_days) {
    const fidelia_points_currency terms{
        sizeof(fidelia_points_currency), scale, lot_order, debt ? 0 : 1, late_refund_days, 0};
    std::uint32_t number = 0;
    call([&](fidelia_error** error) {
      return fidelia_ledger_add_currency(ledger_, code.c_str(), &terms, &number, error);
    });
    return number;
  }
  std::uint32_t open_account(const std::optional<std::string>& key, std::uint32_t currency,
                             std::int32_t role) {
    std::uint32_t number = 0;
    call([&](fidelia_error** error) {
      return fidelia_ledger_open_account(ledger_, key ? key->c_str() : nullptr, currency, role,
                                         &number, error);
    });
    return number;
  }
  nb::list post(const nb::list& operations, bool rehearse) {
    std::vector<Operation> kept;
    for (const nb::handle one : operations) kept.push_back(operation_of(nb::cast<nb::dict>(one)));
    std::vector<fidelia_operation> array;
    for (Operation& one : kept) {
      one.fields.lines = one.lines.data();
      one.fields.line_count = static_cast<std::int64_t>(one.lines.size());
      array.push_back(one.fields);
    }
    std::vector<fidelia_receipt> receipts(array.size());
    for (fidelia_receipt& receipt : receipts) receipt.struct_size = sizeof(receipt);
    call([&](fidelia_error** error) {
      const auto count = static_cast<std::int64_t>(array.size());
      return (rehearse ? fidelia_ledger_rehearse : fidelia_ledger_post)(
          ledger_, array.data(), count, receipts.data(), error);
    });
    nb::list out;
    for (const fidelia_receipt& r : receipts) {
      out.append(nb::make_tuple(r.transaction, r.amount, r.expired, r.debt, r.bought, r.residue,
                                r.repeated != 0));
    }
    return out;
  }
  void close_day(std::int32_t day) {
    call([&](fidelia_error** error) { return fidelia_ledger_close(ledger_, day, error); });
  }
  nb::tuple balance(std::uint32_t account, std::int32_t day) {
    fidelia_balance b{};
    b.struct_size = sizeof(b);
    call([&](fidelia_error** error) {
      return fidelia_ledger_balance(ledger_, account, day, &b, error);
    });
    return nb::make_tuple(b.available, b.held, b.pending, b.lapsed, b.debt, b.total);
  }
  std::int64_t total_as_of(std::uint32_t account, std::int32_t day) {
    std::int64_t total = 0;
    call([&](fidelia_error** error) {
      return fidelia_ledger_total_as_of(ledger_, account, day, &total, error);
    });
    return total;
  }
  void verify() {
    call([&](fidelia_error** error) { return fidelia_ledger_verify(ledger_, error); });
  }

 private:
  template <class Call>
  void call(Call call) {
    fidelia_error* error = nullptr;
    fidelia_status status = FIDELIA_OK;
    {
      const nb::gil_scoped_release unlocked;
      const std::lock_guard lock(mutex_);
      status = call(&error);
    }
    check(status, error);
  }

  std::mutex mutex_;
  fidelia_ledger* ledger_ = nullptr;
};

}  // namespace

void bind_ledger(nb::module_& module) {
  nb::class_<Ledger>(module, "Ledger")
      .def(nb::init<const std::optional<std::string>&, bool, std::int32_t>(), "path"_a.none(),
           "must_exist"_a, "busy_timeout_ms"_a)
      .def("close", &Ledger::close)
      .def("add_currency", &Ledger::add_currency)
      .def("open_account", &Ledger::open_account, "key"_a.none(), "currency"_a, "role"_a)
      .def("post", &Ledger::post)
      .def("close_day", &Ledger::close_day)
      .def("balance", &Ledger::balance)
      .def("total_as_of", &Ledger::total_as_of)
      .def("verify", &Ledger::verify);
}

}  // namespace fidelia_python
