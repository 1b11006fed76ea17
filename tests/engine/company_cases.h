// SPDX-License-Identifier: Apache-2.0
//
// Companies for the tests of the pipelines: artificial ones, whole or by their orders only, and
// orders written by hand.
#ifndef FIDELIA_TESTS_ENGINE_COMPANY_CASES_H_
#define FIDELIA_TESTS_ENGINE_COMPANY_CASES_H_

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

#include "fidelia/engine/company.h"
#include "fidelia/simulation/company.h"

namespace fidelia {

inline Company company_of(std::int64_t customers) {
  Context context;
  NoInput none;
  CompanyOptions options;
  options.customers = customers;
  auto company = simulate_company(none, options, context);
  EXPECT_TRUE(company.ok()) << company.status().to_string();
  return *std::move(company);
}

template <class S>
Source<S> source_of(const S& table, const TableSpec<S>& spec, const char* name,
                    const std::shared_ptr<Intake>& intake) {
  auto source = Source<S>::of(table, spec, name, true, intake);
  EXPECT_TRUE(source.ok()) << source.status().to_string();
  return *std::move(source);
}

inline CompanyFacts orders_only(const Orders& orders) {
  CompanyFacts facts;
  facts.orders = source_of(orders, orders_table(), "orders", std::make_shared<Intake>());
  return facts;
}

/// All but the order lines.
inline CompanyFacts all_facts(const Company& company) {
  auto intake = std::make_shared<Intake>();
  CompanyFacts facts;
  facts.orders = source_of(company.orders, orders_table(), "orders", intake);
  facts.exchange_rates =
      source_of(company.exchange_rates, exchange_rates_table(), "exchange_rates", intake);
  facts.parties = company.parties;
  facts.party_names = company.party_names;
  facts.contacts = source_of(company.contacts, contacts_table(), "contacts", intake);
  facts.consents = source_of(company.consents, consents_table(), "consents", intake);
  facts.answers = source_of(company.answers, answers_table(), "answers", intake);
  return facts;
}

inline Orders plain_orders(std::initializer_list<std::string_view> who,
                           std::initializer_list<Day> when,
                           std::initializer_list<std::int64_t> minor) {
  Orders orders;
  orders.customer_id = Keys(who);
  orders.ordered_at = Times(Days(when));
  orders.amount = Amounts(Ints(minor), 2);
  return orders;
}

}  // namespace fidelia

#endif  // FIDELIA_TESTS_ENGINE_COMPANY_CASES_H_
