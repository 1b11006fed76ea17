// SPDX-License-Identifier: Apache-2.0
//
// Rules: conditions over named columns, written as text by whoever runs the business.
//
//     orders >= 3 and spend > 250.50 and last_purchase >= as_of - 6 months
//     has(roles, 'press') or (region in ('Jilin', 'Hebei') and size >= 'medium')
//
// A rule is parsed and checked against a table's columns, then evaluated over all rows or explained
// for one. It has no side effects, no loops and no I/O; its cost is bounded before it runs.
//
// Grammar (EBNF; keywords and units in any case, names as they are; # starts a comment):
//
//     rule       = disjunction ;
//     disjunction = conjunction , { "or" , conjunction } ;
//     conjunction = negation , { "and" , negation } ;
//     negation   = [ "not" ] , negation | comparison ;
//     comparison = sum , [ ( "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" ) , sum
//                        | "is" , [ "not" ] , "null"
//                        | [ "not" ] , "in" , "(" , sum , { "," , sum } , ")"
//                        | [ "not" ] , "between" , sum , "and" , sum ] ;
//     sum        = product , { ( "+" | "-" ) , product } ;
//     product    = factor , { ( "*" | "/" ) , factor } ;
//     factor     = "-" , factor | primary ;
//     primary    = number , [ "%" | unit ] | text | "true" | "false" | "as_of" | column
//                | function , "(" , disjunction , { "," , disjunction } , ")"
//                | "audience" , "(" , text , ")" | "(" , disjunction , ")" ;
//     unit       = "day" | "days" | "week" | "weeks" | "month" | "months" | "year" | "years" ;
//     number     = digits , [ "." , digits ] , [ "e" , [ "+" | "-" ] , digits ] ;
//     text       = "'" , { character | "''" } , "'" ;
//     column     = letter or _ , { letter, digit or _ } | '"' , { character | '""' } , '"' ;
//
// Types. Nothing is converted behind the writer's back; what does not fit is an error with its
// place.
//   number   An integer or amount column, and a number without an exponent, is exact: a whole
//            number of 10^-scale. `spend > 250.50` compares cents. A real column is a double.
//            Integers and reals compare by their exact values, also beyond 2^53; an amount or a
//            number with decimals is rounded to the nearest double first, as the same text would
//            be. `20%` is 0.2.
//   day      A day or time column, `as_of`, or '2024-03-01' beside one of these. A time counts by
//            its day, save in hour(). Days take `+ 30`, `- 6 months`; a day less a day is a number
//            of days. 31 January plus one month is the last of February.
//   label    One of the column's words, in the order of the list: stage >= 'participation'. A word
//            that is not in the list is an error that names those that are.
//   key      = , != and in, with a number or a text as the column's keys are.
//   text     Compared byte by byte.
//   truth    A condition, a flag column, true or false.
//
// Null. A comparison, arithmetic or function with a null is null; `is null` is true or false. and,
// or and not follow SQL: false and null is false, true or null is true, else null. `x in (a, b)`
// is x = a or x = b. A row of which a rule is null does not satisfy it. Division by zero, a result
// that is not finite, an exact one beyond 64 bits, and a day outside the years 1 to 9999 are null.
// A real column's NaN or infinity is null too.
//
// Functions: abs(x); min(x, …), max(x, …), null when one of them is; coalesce(x, …), the first that
// is not null; if(condition, x, y), y where the condition is false or null; days_since(day), up to
// as_of; year(day), month(day), weekday(day), 1 Monday to 7, hour(time); starts_with, ends_with and
// contains(text, text); has(text, word), whether the word is one of a list separated by |.
//
// Limits: 64 KiB of text, 2,000 parts, 100 levels. Parsing takes time linear in the text plus, for
// an error, one look at the names. Evaluating takes cost() steps a row, of constant time on
// numbers, days and labels and linear in the text on texts; see benchmarks/core/rules_benchmark.cc.
#ifndef FIDELIA_CORE_RULES_H_
#define FIDELIA_CORE_RULES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/core/context.h"
#include "fidelia/core/status.h"
#include "fidelia/core/table.h"

namespace fidelia {

/// A column that rules may name.
struct RuleColumn {
  /// In the order of ColumnKind.
  using View = std::variant<Keys, Floats, Ints, Flags, Days, Times, Amounts, Texts, Labels>;

  std::string name;
  ColumnKind kind = ColumnKind::real;
  int scale = 0;                                 ///< Of amounts: decimals of the minor unit.
  std::span<const std::string_view> words = {};  ///< Of labels.
  View view = {};                                ///< Empty where only the kind is declared.
};

/// The columns that rules see, all of one length, and the other rules that they may refer to. A
/// later column of the same name is not seen.
class RuleTable {
 public:
  RuleTable& add(std::string name, RuleColumn::View view);
  /// All columns of a table struct that are there.
  RuleTable& add(const TableInfo& info, const void* table);
  /// Columns without values, to check rules before there are any; `scale` is that of amounts.
  RuleTable& declare(const TableInfo& info, int scale = 2);
  /// What audience('name') stands for: truth of each row, null for unknown.
  RuleTable& add_audience(std::string name, Flags members);
  RuleTable& declare_audience(std::string name);

  const std::vector<RuleColumn>& columns() const noexcept { return columns_; }
  const std::vector<RuleColumn>& audiences() const noexcept { return audiences_; }
  /// Null when there is none.
  const RuleColumn* find(std::string_view name) const noexcept;
  const RuleColumn* find_audience(std::string_view name) const noexcept;
  /// Rows of the columns with values.
  std::int64_t size() const noexcept { return size_; }

 private:
  std::vector<RuleColumn> columns_;
  std::vector<RuleColumn> audiences_;
  std::int64_t size_ = 0;
};

/// A part of a rule that decides about a row.
struct RuleReason {
  std::string condition;      ///< "spend > 250.50"
  std::string values;         ///< "spend = 1234.50", or "null"; several are separated by commas.
  std::optional<bool> holds;  ///< nullopt: unknown.
};

namespace detail {
struct RuleTree;
}

/// A rule that was parsed and checked. Copies share it; it may be used by many threads.
class Rule {
 public:
  /// Code::invalid_argument says line, column, what stands there and what to do.
  static Result<Rule> parse(std::string_view text, const RuleTable& table);

  /// In canonical spelling; parsing it gives the same rule.
  std::string text() const;
  /// Columns that it names, in the order of their first mention.
  std::vector<std::string> columns() const;
  /// Names in audience('…'), likewise.
  std::vector<std::string> audiences() const;
  bool uses_as_of() const noexcept;
  /// Steps that a row takes: the parts of the rule.
  std::int64_t cost() const noexcept;

  /// Truth of each row, null for unknown. The table must have the columns that the rule was checked
  /// against, of the same kinds, words and scales: Code::invalid_argument says which has not.
  Result<Flags> evaluate(const RuleTable& table, std::optional<Day> as_of, Context& context) const;
  /// Why the rule is true, false or unknown for a row: the fewest conditions that settle it; of an
  /// unknown one, those that are unknown.
  Result<std::vector<RuleReason>> explain(const RuleTable& table, std::int64_t row,
                                          std::optional<Day> as_of) const;

 private:
  explicit Rule(std::shared_ptr<const detail::RuleTree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const detail::RuleTree> tree_;
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_RULES_H_
