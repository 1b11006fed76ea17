// SPDX-License-Identifier: Apache-2.0
//
// company_scores, company_report and customer_card: the whole way from a company's records to
// scores, stages, advice and the report, or one customer's card, in one call.
//
// The orders are read once, batch by batch, and feed purchase_summary and relationship_evidence;
// a purchase model (BG/NBD, or another by the option) and Gamma-Gamma are fitted on the summary;
// customer_scores, relationship_stage, next_step and the report follow. Every table but the orders
// may be missing. A model that cannot be fitted (nobody repeats, one customer) is no error: its
// scores are null, with the reason, and stages are judged by silence.
//
// The report adds product_mix where orders or order_lines name products, whose offers and the gaps
// of interpurchase_times go to next_step; audiences where parties or rules are given; and
// relationship_level by classes of margin. The margin of a year is the lifetime value of 12 months,
// without one the spend a year so far; where `margin` is 1 and orders carry margin or cost, times
// their share of net spend. Which contacts are overdue is judged only where a contact of ours is on
// record.
//
// Memory grows with customers and their purchase days, not with rows; with products also by 32
// bytes an order line.
#ifndef FIDELIA_ENGINE_COMPANY_H_
#define FIDELIA_ENGINE_COMPANY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fidelia/advice/next_step.h"
#include "fidelia/audience/audiences.h"
#include "fidelia/core/catalogue.h"
#include "fidelia/customer/answers.h"
#include "fidelia/customer/consents.h"
#include "fidelia/customer/contacts.h"
#include "fidelia/customer/exchange_rates.h"
#include "fidelia/customer/orders.h"
#include "fidelia/customer/parties.h"
#include "fidelia/report/company_report.h"
#include "fidelia/scoring/customer_scores.h"
#include "fidelia/scoring/product_mix.h"
#include "fidelia/scoring/purchase_summary.h"
#include "fidelia/stage/relationship_level.h"
#include "fidelia/stage/relationship_stage.h"

namespace fidelia {

/// A company's records, and the audiences that it defines.
struct CompanyFacts {
  Source<Orders> orders;
  Source<OrderLines> order_lines;  ///< company_report and customer_card.
  Source<ExchangeRates> exchange_rates;
  Parties parties;
  PartyNames party_names;
  Source<PartyLinks> party_links;
  Source<Contacts> contacts;
  Source<Consents> consents;
  Source<Answers> answers;
  AudienceRules rules;  ///< company_report and company_audiences.
};

/// The purchase models, and "auto": the one that foretells the last third of the orders best, of
/// those whose fit converges; where there is no such hold-out, the one of the highest likelihood.
std::span<const std::string_view> company_model_words();

struct CompanyScoresOptions : PurchaseSummaryOptions {
  std::string model = "bg_nbd";  ///< One of company_model_words().
  double horizon = 52;           ///< Of expected_purchases, in `unit`.
  std::int64_t months = 12;      ///< Of lifetime_value.
  double discount_rate = 0.1;    ///< A year.
  double margin = 1.0;           ///< Share of spend that is earned.
  double level = 0.9;            ///< Of the intervals; 0: none.
};

/// Stages at earlier days too, from the same pass over the records; each is judged with models
/// fitted on what had happened by then (corrections are those known now).
struct StageHistoryOptions {
  std::int64_t history = 8;  ///< Earlier days, a period apart, counted back from as_of; 0: none.
  std::int64_t period_months = 3;  ///< Length of a period.
  /// Moves are those since this day; default: a period before as_of.
  std::optional<Day> compare_to = {};
  std::int64_t periods = 4;   ///< To forecast.
  std::int64_t draws = 1000;  ///< Of the forecast.
  std::int64_t seed = 1;      ///< Likewise.
};
const OptionsSpec<StageHistoryOptions>& stage_history_options();

/// One row for each customer that a record names, buyer or not: the columns of customer_scores,
/// null for who never bought, and the stage.
struct CompanyScoresTable : CustomerScores {
  Labels stage;
  Days stage_since;
};
const TableSpec<CompanyScoresTable>& company_scores_table();

Result<CompanyScoresTable> company_scores(CompanyFacts& facts, const CompanyScoresOptions& options,
                                          Context& context);
Entry company_scores_entry();

/// The assumptions behind the advice and the levels are next_step's and relationship_level's
/// options; as_of and level are those of the scores, costs of contacts those of next_step.
struct CompanyReportOptions : CompanyScoresOptions,
                              NextStepOptions,
                              StageHistoryOptions,
                              RelationshipLevelOptions {
  std::string company;  ///< Its name, for the title.
  Language language = Language::en;
  bool products = true;  ///< Also what is bought, where the records name products.
};

/// The report, as one row of JSON (report/company_report.h).
struct ReportDocument {
  Texts json;
};

/// The fitted models, one row a parameter.
struct ModelsTable {
  Texts model;
  Texts parameter;
  Floats value;
  Floats standard_error;
};

struct CompanyReport {
  CompanyScoresTable scores;
  Advice advice;
  AdviceReasons advice_reasons;
  SegmentLevels levels;
  LevelWork overdue;        ///< Empty where no contact of ours is on record.
  ProductFigures products;  ///< Empty, as are offers, where the records name no product.
  ProductOffers offers;
  PurchaseSummary summary;
  ModelsTable models;
  ReportDocument report;
};

Result<CompanyReport> company_report(CompanyFacts& facts, const CompanyReportOptions& options,
                                     Context& context);
Entry company_report_entry();

struct CustomerCardOptions : CompanyReportOptions {
  std::string card_of;  ///< The customer's id as text, whatever the records' type.
};

/// A document of the report's form (report/customer_card.h).
struct CustomerCard {
  ReportDocument card;
};

Result<CustomerCard> customer_card(CompanyFacts& facts, const CustomerCardOptions& options,
                                   Context& context);
Entry customer_card_entry();

}  // namespace fidelia

#endif  // FIDELIA_ENGINE_COMPANY_H_
