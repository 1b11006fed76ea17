// SPDX-License-Identifier: Apache-2.0
//
// relationship_level: how closely to look after each segment, what contacts that obliges, whether
// they happened, and what the level costs and returns.
//
// The five levels are Kotler's (P. Kotler, "Marketing Management"):
//
//   basic        sold, no more contact.
//   reactive     asked, with each sale, to call if anything is wrong: a message.
//   accountable  called within after_sale_days of each sale, to ask if satisfied.
//   proactive    also called every proactive_days, with better uses and new products.
//   partnership  also called every partnership_days and visited visits_a_year times, to find
//   savings.
//
// Method `matrix` is his table of margin and number of customers, by the segment's mean margin and
// its size:
//
//                        margin low    margin medium   margin high
//     many customers     basic         reactive        accountable
//     medium number      reactive      accountable     proactive
//     few customers      accountable   proactive       partnership
//
// Without low_margin and high_margin they follow from the costs and gains told, for the purchases
// of the mean customer: low is the margin at which an accountable level just pays (its cost over
// its gain), high that at which a partnership does. few_customers is what one person can hold in
// partnership (50 customers take some 800 contacts a year), many_customers what is beyond a team.
// Method `return` takes the level with the greatest return, and the lower one of equals.
//
// Return is gain less cost, a year: a level's gain is the share gain_… of the segment's margin that
// it is assumed to add to that of a basic relationship; the cost is that of the contacts it
// obliges. The gains are assumptions and options: learn yours from segments treated differently.
//
// What is overdue is read off the evidence: an after-sale contact is kept by an outbound contact
// later than the last purchase (a message: of that day or later), and obliged for the last purchase
// of the last 365 days once after_sale_days have gone by; 90 days later it is missed for good and
// no longer on the work list. A regular contact is due so many days after the last outbound contact
// or purchase. Who has withdrawn all consents is obliged to nothing and stands on no list. Which
// kind a contact was, and by which channel the customer may be contacted, is not looked at.
//
// Cost: 550 ns a customer.
#ifndef FIDELIA_STAGE_RELATIONSHIP_LEVEL_H_
#define FIDELIA_STAGE_RELATIONSHIP_LEVEL_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/context.h"

namespace fidelia {

enum class RelationshipLevel : std::int8_t {
  basic = 0,
  reactive,
  accountable,
  proactive,
  partnership,
};
std::span<const std::string_view> relationship_level_words() noexcept;

/// How the level is chosen: `matrix` or `return`.
enum class LevelMethod : std::int8_t { matrix = 0, best_return };
std::span<const std::string_view> level_method_words() noexcept;

enum class LevelContact : std::int8_t { message = 0, call };
std::span<const std::string_view> level_contact_words() noexcept;

/// What a contact is for: to ask to call if anything is wrong, to ask if satisfied, to tell of
/// better uses and new products.
enum class LevelDuty : std::int8_t { after_sale_message = 0, after_sale_call, regular_call };
std::span<const std::string_view> level_duty_words() noexcept;

/// low, medium, high, of the margin; few, medium, many, of the number.
std::span<const std::string_view> margin_class_words() noexcept;
std::span<const std::string_view> number_class_words() noexcept;
/// The level that the table above gives: 0 low .. 2 high margin, 0 few .. 2 many customers.
RelationshipLevel level_of_matrix(int margin_class, int number_class) noexcept;

struct LevelCustomers {
  Keys customer_id;
  /// Any label: a stage, an audience, a class. Without it, classes by share of margin (ABC): A are
  /// those who bring the first 80 % of it, B the next 15 %, C the rest.
  Texts segment;
  Floats margin;     ///< A year; null counts as 0. customer_scores' lifetime_value of 12 months.
  Floats purchases;  ///< A year; null counts as 0.
};
const TableSpec<LevelCustomers>& level_customers_table();

/// The columns of relationship_evidence that say whether contacts happened.
struct LevelEvidence {
  Keys customer_id;
  Days first_seen;
  Days last_contact_out;
  Days last_order;
  Days withdrawn_at;  ///< Withdrew all consents; null else.
};
const TableSpec<LevelEvidence>& level_evidence_table();

struct RelationshipLevelInput {
  LevelCustomers customers;
  LevelEvidence evidence;  ///< Customers not among `customers` are passed over.
};

struct RelationshipLevelOptions {
  std::optional<Day> as_of = {};  ///< Default: the latest day in the evidence.
  LevelMethod method = LevelMethod::matrix;
  std::optional<double> low_margin = {};   ///< A customer and year.
  std::optional<double> high_margin = {};  ///< A customer and year.
  std::int64_t few_customers = 50;
  std::int64_t many_customers = 1000;
  double message_cost = 0.5;
  double call_cost = 6;
  double visit_cost = 80;
  double purchases_a_year = 2;  ///< Where the table does not say.
  std::int64_t after_sale_days = 14;
  std::int64_t proactive_days = 90;
  std::int64_t partnership_days = 30;
  double visits_a_year = 4;
  double gain_reactive = 0.01;
  double gain_accountable = 0.05;
  double gain_proactive = 0.10;
  double gain_partnership = 0.20;
  double level = 0.9;  ///< Of the interval of kept_share.
};
const OptionsSpec<RelationshipLevelOptions>& relationship_level_options();

/// One row a segment, by name.
struct SegmentLevels {
  Texts segment;
  Ints customers;
  Floats margin;       ///< Sum, a year.
  Floats margin_mean;  ///< A customer and year.
  Labels margin_class;
  Labels number_class;
  Labels level;
  Floats contacts;  ///< Obliged a year.
  Floats cost;      ///< A year, as are gain and return.
  Floats gain;
  Floats returns;
  Labels best_level;    ///< Of the greatest return.
  Floats best_returns;  ///< That return.
  Ints obliged;         ///< Customers whose contact came due; null without evidence.
  Ints kept;            ///< Of them, those who were contacted.
  Floats kept_share;
  Floats kept_share_low;
  Floats kept_share_high;
  Ints overdue;   ///< Customers on the work list.
  Texts reasons;  ///< Why this level.
};
const TableSpec<SegmentLevels>& segment_levels_table();

/// All five levels of each segment.
struct LevelAlternatives {
  Texts segment;
  Labels level;
  Flags chosen;
  Floats contacts;
  Floats cost;
  Floats gain;
  Floats returns;
};
const TableSpec<LevelAlternatives>& level_alternatives_table();

/// Each customer's obligation; rows as they came.
struct CustomerLevels {
  Keys customer_id;
  Texts segment;
  Labels level;
  Labels contact;  ///< What is obliged next; null where nothing is.
  Days due_at;     ///< Its day; null where nothing is.
  Flags overdue;
};
const TableSpec<CustomerLevels>& customer_levels_table();

/// What is overdue, the greatest margin first.
struct LevelWork {
  Keys customer_id;
  Texts segment;
  Labels level;
  Labels contact;
  Labels duty;
  Days due_at;
  Ints days_overdue;
  Floats margin;
  Texts reasons;
};
const TableSpec<LevelWork>& level_work_table();

struct RelationshipLevels {
  SegmentLevels segments;
  LevelAlternatives alternatives;
  CustomerLevels customers;
  LevelWork work;
};

Result<RelationshipLevels> relationship_level(RelationshipLevelInput& input,
                                              const RelationshipLevelOptions& options,
                                              Context& context);
Entry relationship_level_entry();

}  // namespace fidelia

#endif  // FIDELIA_STAGE_RELATIONSHIP_LEVEL_H_
