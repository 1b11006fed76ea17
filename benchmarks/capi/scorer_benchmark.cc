// SPDX-License-Identifier: Apache-2.0
//
// One customer through the C ABI, all four scores from tables, warm: 512 customers in turn.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "benchmarks/scoring/simulated_customers.h"
#include "fidelia.h"

namespace {

constexpr char kPurchases[] =
    R"({"format": "fidelia-model", "format_version": 1, "model": "bg_nbd", "version": "0",
        "reason": "", "converged": true,
        "parameters": {"r": 1.25, "alpha": 4.4, "a": 0.9, "b": 8.6},
        "data": {"min_T": 52, "max_T": 104}})";
constexpr char kSpend[] =
    R"({"format": "fidelia-model", "format_version": 1, "model": "gamma_gamma", "version": "0",
        "reason": "", "converged": true,
        "parameters": {"p": 6.25, "q": 3.74, "gamma": 15.4}})";

fidelia_model* model_of(const char* json) {
  fidelia_model* model = nullptr;
  fidelia_error* error = nullptr;
  if (fidelia_model_load(json, std::strlen(json), &model, &error) != FIDELIA_OK) {
    std::abort();
  }
  return model;
}

void one_customer(benchmark::State& state) {
  fidelia_model* purchases = model_of(kPurchases);
  fidelia_model* spend = model_of(kSpend);
  fidelia_scorer* scorer = nullptr;
  if (fidelia_scorer_create(purchases, spend, nullptr, &scorer, nullptr) != FIDELIA_OK)
    std::abort();
  const auto data = fidelia::benchmarks::simulate_customers(512);
  std::size_t i = 0;
  for (auto _ : state) {
    i = i + 1 < data.T.size() ? i + 1 : 0;
    fidelia_customer customer{};
    customer.struct_size = sizeof(customer);
    customer.frequency = data.frequency[i];
    customer.t_x = data.t_x[i];
    customer.T = data.T[i];
    customer.monetary_value = data.monetary_value[i];
    fidelia_customer_score score{};
    score.struct_size = sizeof(score);
    if (fidelia_scorer_score(scorer, &customer, &score, nullptr) != FIDELIA_OK) std::abort();
    benchmark::DoNotOptimize(score);
  }
  fidelia_scorer_destroy(scorer);
  fidelia_model_destroy(purchases);
  fidelia_model_destroy(spend);
}
BENCHMARK(one_customer);

}  // namespace
