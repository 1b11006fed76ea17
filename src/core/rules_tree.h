// SPDX-License-Identifier: Apache-2.0
//
// A rule after parsing: nodes in one array, children before their parents.
#ifndef FIDELIA_SRC_CORE_RULES_TREE_H_
#define FIDELIA_SRC_CORE_RULES_TREE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/rules.h"

namespace fidelia::detail {

enum class RuleOp : std::uint8_t {
  literal,
  column,
  audience,
  as_of,
  // Written by the checker, not by the user.
  to_real,
  to_day,
  // Arithmetic.
  negate,
  add,
  subtract,
  multiply,
  divide,
  move_day,      ///< day + n, day + period; `negated` for minus.
  days_between,  ///< day - day
  // Truth.
  negation,
  all_of,
  any_of,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  between,
  is_null,
  // Functions.
  abs,
  min,
  max,
  coalesce,
  choose,
  days_since,
  year,
  month,
  weekday,
  hour,
  starts_with,
  ends_with,
  contains,
  has,
};

enum class RuleType : std::uint8_t { truth, exact, real, day, time, period, label, key, text };

struct RuleNode {
  RuleOp op = RuleOp::literal;
  RuleType type = RuleType::truth;
  bool negated = false;  ///< not in, not between, is not null.
  int scale = 0;         ///< Of an exact number: decimals.
  int depth = 1;
  std::size_t at = 0;  ///< Byte of the text where it begins, for messages.
  std::vector<int> children = {};
  int column = -1;                               ///< Within RuleTree::columns or audiences.
  std::span<const std::string_view> words = {};  ///< Of a label.
  // A literal's value; `text` is also a number's spelling.
  std::int64_t exact = 0;  ///< Number, day, truth (0 or 1), word's code; days of a period.
  std::int64_t months = 0;
  double real = 0;
  std::string text = {};
  bool is_quoted = false;  ///< Written in single quotes.
};

struct RuleTree {
  std::vector<RuleNode> nodes;
  int root = -1;
  std::vector<RuleColumn> columns;  ///< Without their views.
  std::vector<std::string> audiences;
  bool uses_as_of = false;
  std::string source;  ///< As it was written, for messages.
};

inline constexpr int kMaxRuleNodes = 2000;
inline constexpr int kMaxRuleDepth = 100;
inline constexpr std::size_t kMaxRuleBytes = 65536;

/// Truth is 0 false, 1 unknown, 2 true: `and` is the minimum, `or` the maximum.
inline constexpr std::uint8_t kRuleFalse = 0;
inline constexpr std::uint8_t kRuleUnknown = 1;
inline constexpr std::uint8_t kRuleTrue = 2;

/// The fault of a rule: "rule, line 1, column 9, at "spnd": there is no …".
Status rule_error(std::string_view source, std::size_t at, const std::string& what);
/// A node in canonical spelling.
std::string rule_text(const RuleTree& tree, int node);
Result<RuleTree> parse_rule(std::string_view text, const RuleTable& table);
/// The function of that name, as the parser knows it; "" for none.
std::string_view rule_function_name(RuleOp op) noexcept;
/// Whether a name must stand in double quotes to be a column.
bool is_rule_word(std::string_view name);

/// Evaluates nodes of a tree over rows of a table. One object a thread.
class RuleMachine {
 public:
  /// Binds the tree's columns to the table's; both must outlive the machine.
  static Result<RuleMachine> bind(const RuleTree& tree, const RuleTable& table,
                                  std::optional<Day> as_of);
  RuleMachine(RuleMachine&&) noexcept;
  ~RuleMachine();
  /// A machine bound alike, with memory of its own.
  RuleMachine copy() const;
  /// The root's truth for rows begin .. begin+count-1.
  void run(std::int64_t begin, std::int64_t count, std::uint8_t* truth);
  /// The truth of any node of type truth for one row.
  std::uint8_t truth_of(int node, std::int64_t row);
  /// A bound column's value as text, for reasons.
  std::string value_text(int column, std::int64_t row) const;
  std::string audience_text(int audience, std::int64_t row) const;

 private:
  struct State;
  explicit RuleMachine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_RULES_TREE_H_
