// SPDX-License-Identifier: Apache-2.0
//
// Goal: the C++ library and the C ABI give the same bits. Method: one program linked to both, the
// archive with C++ structs and functions, libfidelia.so with Arrow streams and names; the same
// orders through the summary, the fit and the scores of each. (Python calls the C ABI:
// tests/python/identity_test.py.)
#include <fidelia.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/purchase_summary.h"
#include "tests/capi/host.h"

namespace fidelia {
namespace {

constexpr int customers = 700;

std::string bits(double value) { return std::to_string(std::bit_cast<std::uint64_t>(value)); }

/// The table of the C host as C++ structs. Its amounts are whole cents.
Orders orders_of(const fidelia_host::Table& table) {
  KeysBuilder ids(DataType{.physical = Physical::utf8});
  ValuesBuilder<Day> days;
  ValuesBuilder<std::int64_t> amounts;
  for (std::size_t i = 0; i < table[0].texts.size(); ++i) {
    ids.append_bytes(table[0].texts[i]);
    days.append(Day{table[1].days[i]});
    amounts.append(std::llround(table[2].reals[i] * 100.0));
  }
  Orders out;
  out.customer_id = ids.finish();
  out.ordered_at = Times(days.finish());
  out.amount = Amounts(amounts.finish(), 2);
  return out;
}

PurchaseSummary summary_in_cpp(const fidelia_host::Table& table) {
  PurchaseSummaryInput input;
  auto source = Source<Orders>::of(orders_of(table), purchase_orders_table(), "orders");
  EXPECT_TRUE(source.ok()) << source.status().message();
  input.orders = *std::move(source);
  PurchaseSummaryOptions options;
  options.as_of = Day{18720};
  Context context;
  auto summary = purchase_summary(input, options, context);
  EXPECT_TRUE(summary.ok()) << summary.status().message();
  return *std::move(summary);
}

std::vector<std::string> cells_of(const Floats& values) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < values.size(); ++i) {
    out.push_back(values.is_null(i) ? "null" : bits(values[i]));
  }
  return out;
}

TEST(CppAndC, SummariesHaveTheSameBits) {
  const fidelia_host::Table table = fidelia_host::orders(customers);
  const PurchaseSummary in_cpp = summary_in_cpp(table);
  const auto context = fidelia_host::make_context();
  fidelia_host::Stream stream;
  ASSERT_EQ(fidelia_host::summarise(context.get(), table, &stream), FIDELIA_OK);
  const fidelia_host::Cells in_c = fidelia_host::read(stream);
  ASSERT_EQ(in_c.at("customer_id").size(), std::size_t{customers});
  for (std::int64_t i = 0; i < in_cpp.customer_id.size(); ++i) {
    EXPECT_EQ(in_cpp.customer_id.bytes(i), in_c.at("customer_id")[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(cells_of(in_cpp.frequency), in_c.at("frequency"));
  EXPECT_EQ(cells_of(in_cpp.t_x), in_c.at("t_x"));
  EXPECT_EQ(cells_of(in_cpp.T), in_c.at("T"));
  EXPECT_EQ(cells_of(in_cpp.monetary_value), in_c.at("monetary_value"));
}

TEST(CppAndC, FitsAndScoresHaveTheSameBits) {
  const fidelia_host::Table table = fidelia_host::orders(customers);
  const PurchaseSummary summary = summary_in_cpp(table);
  PurchaseCells cells;
  ASSERT_TRUE(cells.add(summary.frequency.span(), summary.t_x.span(), summary.T.span()).ok());
  const auto fit = fit_bg_nbd(cells);
  ASSERT_TRUE(fit.ok() && fit->converged);
  const auto model = BgNbd::make(fit->parameters);
  ASSERT_TRUE(model.ok());

  const auto context = fidelia_host::make_context();
  const auto fitted = fidelia_host::fitted(context.get(), "bg_nbd", table);
  const auto record = nlohmann::json::parse(fidelia_host::saved(fitted.get()));
  const auto parameters = record.at("parameters");
  for (std::size_t i = 0; i < fit->names.size(); ++i) {
    EXPECT_EQ(bits(parameters.at(fit->names[i]).get<double>()), bits(fit->parameters[i]));
  }

  const fidelia_host::Cells scores = fidelia_host::predicted(context.get(), fitted.get(), table);
  std::vector<double> p_alive(summary.frequency.span().size());
  model->p_alive(summary.frequency.span(), summary.t_x.span(), summary.T.span(), p_alive);
  ASSERT_EQ(scores.at("p_alive").size(), p_alive.size());
  for (std::size_t i = 0; i < p_alive.size(); ++i) {
    EXPECT_EQ(bits(p_alive[i]), scores.at("p_alive")[i]) << i;
  }
}

}  // namespace
}  // namespace fidelia
