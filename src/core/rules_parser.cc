// SPDX-License-Identifier: Apache-2.0
//
// From text to a checked tree: recursive descent, types settled as each part is made.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "src/core/rules_lexer.h"
#include "src/core/rules_tree.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

constexpr int kMaxScale = 18;
constexpr std::int64_t kMaxPeriodDays = 4'000'000;  // more than all years of the calendar
constexpr std::size_t kLongestArguments = kMaxRuleNodes;

struct Function {
  std::string_view name;
  RuleOp op;
  std::size_t least;
  std::size_t most;
  std::string_view usage;
};

constexpr std::array<Function, 14> kFunctions = {{
    {"abs", RuleOp::abs, 1, 1, "abs(number)"},
    {"min", RuleOp::min, 1, kLongestArguments, "min(value, …)"},
    {"max", RuleOp::max, 1, kLongestArguments, "max(value, …)"},
    {"coalesce", RuleOp::coalesce, 1, kLongestArguments, "coalesce(value, …)"},
    {"if", RuleOp::choose, 3, 3, "if(condition, value, otherwise)"},
    {"days_since", RuleOp::days_since, 1, 1, "days_since(day)"},
    {"year", RuleOp::year, 1, 1, "year(day)"},
    {"month", RuleOp::month, 1, 1, "month(day)"},
    {"weekday", RuleOp::weekday, 1, 1, "weekday(day)"},
    {"hour", RuleOp::hour, 1, 1, "hour(time)"},
    {"starts_with", RuleOp::starts_with, 2, 2, "starts_with(text, text)"},
    {"ends_with", RuleOp::ends_with, 2, 2, "ends_with(text, text)"},
    {"contains", RuleOp::contains, 2, 2, "contains(text, text)"},
    {"has", RuleOp::has, 2, 2, "has(text, word)"},
}};

constexpr std::array<std::string_view, 10> kKeywords = {
    "and", "or", "not", "in", "is", "null", "between", "true", "false", "as_of"};

RuleType type_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::key: return RuleType::key;
    case ColumnKind::real: return RuleType::real;
    case ColumnKind::integer:
    case ColumnKind::amount: return RuleType::exact;
    case ColumnKind::flag: return RuleType::truth;
    case ColumnKind::day: return RuleType::day;
    case ColumnKind::time: return RuleType::time;
    case ColumnKind::text: return RuleType::text;
    case ColumnKind::label: break;
  }
  return RuleType::label;
}

std::string_view type_name(RuleType type) {
  switch (type) {
    case RuleType::truth: return "a condition";
    case RuleType::exact:
    case RuleType::real: return "a number";
    case RuleType::day: return "a day";
    case RuleType::time: return "a time";
    case RuleType::period: return "a length of time";
    case RuleType::label: return "a word of a list";
    case RuleType::key: return "a key";
    case RuleType::text: break;
  }
  return "a text";
}

bool is_number(RuleType type) { return type == RuleType::exact || type == RuleType::real; }
bool is_date(RuleType type) { return type == RuleType::day || type == RuleType::time; }

/// "; did you mean spend?", or the names that there are.
std::string nearest(std::string_view name, const std::vector<RuleColumn>& known) {
  std::size_t least = 4;
  const RuleColumn* best = nullptr;
  std::vector<std::string> names;
  for (const RuleColumn& column : known) {
    const std::size_t edits = edit_distance(name.substr(0, 100), column.name.substr(0, 100));
    if (edits < least && edits < name.size()) {
      least = edits;
      best = &column;
    }
    if (names.size() < 40) names.push_back(excerpt(column.name));
  }
  if (best != nullptr) return "; did you mean " + excerpt(best->name) + "?";
  if (names.empty()) return "; there are none";
  return "; there are: " + join(names) + (known.size() > names.size() ? ", …" : "");
}

class Parser {
 public:
  Parser(std::string_view source, const RuleTable& table, std::vector<Token> tokens)
      : table_(table), tokens_(std::move(tokens)) {
    tree_.source = source;
  }

  Result<RuleTree> parse() {
    if (look().kind == TokenKind::end) {
      return Status::invalid_argument("a rule is empty; write a condition such as orders >= 3");
    }
    tree_.root = disjunction();
    if (tree_.root >= 0 && look().kind != TokenKind::end) {
      fail(look().at, "a rule ends before this; join conditions with and, or");
    }
    if (tree_.root >= 0) want_truth(tree_.root, "a rule");
    if (!status_.ok()) return status_;
    return std::move(tree_);
  }

 private:
  // -- tokens --

  const Token& look(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  bool at_word(std::string_view word, std::size_t ahead = 0) const {
    return look(ahead).kind == TokenKind::name && look(ahead).value == word;
  }
  bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const {
    return look(ahead).kind == TokenKind::symbol && look(ahead).spelling == symbol;
  }
  bool take_word(std::string_view word) {
    const bool there = at_word(word);
    if (there) ++next_;
    return there;
  }
  bool take_symbol(std::string_view symbol) {
    const bool there = at_symbol(symbol);
    if (there) ++next_;
    return there;
  }
  bool want_symbol(std::string_view symbol, const std::string& why) {
    if (take_symbol(symbol)) return true;
    fail(look().at, why);
    return false;
  }

  /// The first fault stands; -1 so that a caller can return it as "no node".
  int fail(std::size_t at, const std::string& what) {
    if (status_.ok()) status_ = rule_error(tree_.source, at, what);
    return -1;
  }

  // -- nodes --

  RuleNode& node(int i) { return tree_.nodes[static_cast<std::size_t>(i)]; }
  bool is_literal(int i) { return node(i).op == RuleOp::literal; }

  int make(RuleNode made) {
    for (const int child : made.children) {
      if (child < 0) return -1;
      made.depth = std::max(made.depth, node(child).depth + 1);
    }
    if (tree_.nodes.size() >= kMaxRuleNodes) {
      return fail(made.at, "a rule may have at most " + std::to_string(kMaxRuleNodes) +
                               " parts; name a part as an audience of its own");
    }
    if (made.depth > kMaxRuleDepth) {
      return fail(made.at, "parts may stand within each other at most " +
                               std::to_string(kMaxRuleDepth) + " deep");
    }
    tree_.nodes.push_back(std::move(made));
    return static_cast<int>(tree_.nodes.size()) - 1;
  }

  /// Guards the recursion of the parser itself, before there are nodes.
  struct Level {
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --depth_; }
    int& depth_;
  };
  bool too_deep() {
    if (level_ <= kMaxRuleDepth) return false;
    fail(look().at,
         "parts may stand within each other at most " + std::to_string(kMaxRuleDepth) + " deep");
    return true;
  }

  int to_real(int i) {
    if (i < 0 || node(i).type == RuleType::real) return i;
    if (is_literal(i)) {
      node(i).type = RuleType::real;
      return i;
    }
    return make({.op = RuleOp::to_real, .type = RuleType::real, .at = node(i).at, .children = {i}});
  }

  /// A time counts by its day.
  int to_day(int i) {
    if (i < 0 || node(i).type != RuleType::time) return i;
    return make({.op = RuleOp::to_day, .type = RuleType::day, .at = node(i).at, .children = {i}});
  }

  bool want_truth(int i, std::string_view who) {
    if (i < 0) return false;
    if (node(i).type == RuleType::truth) return true;
    fail(node(i).at, std::string(who) + " takes a condition, and this is " +
                         std::string(type_name(node(i).type)) + "; compare it with something");
    return false;
  }
  bool want_number(int i, std::string_view who) {
    if (i < 0) return false;
    if (is_number(node(i).type)) return true;
    fail(node(i).at,
         std::string(who) + " takes numbers, and this is " + std::string(type_name(node(i).type)));
    return false;
  }

  // -- literals beside something typed --

  bool text_to_day(int i) {
    const Result<Day> day = parse_day(node(i).text);
    if (!day.ok()) {
      fail(node(i).at, "a day is written as '2024-03-31'; this is none: " +
                           excerpt(day.status().message(), 200));
      return false;
    }
    node(i).type = RuleType::day;
    node(i).exact = day->days;
    return true;
  }

  bool text_to_label(int i, std::span<const std::string_view> words) {
    const auto found = std::find(words.begin(), words.end(), node(i).text);
    if (found == words.end()) {
      fail(node(i).at,
           "the column has no word " + excerpt(node(i).text) + "; it has: " + join(words));
      return false;
    }
    node(i).type = RuleType::label;
    node(i).words = words;
    node(i).exact = found - words.begin();
    return true;
  }

  /// Makes a literal what its partner is, where that can be meant.
  bool adapt(int i, int partner) {
    const RuleType type = node(partner).type;
    if (!is_literal(i) || node(i).type == type) return status_.ok();
    if (node(i).type == RuleType::text) {
      if (is_date(type)) return text_to_day(i);
      if (type == RuleType::label) return text_to_label(i, node(partner).words);
      if (type == RuleType::key) node(i).type = RuleType::key;
    } else if (node(i).type == RuleType::exact) {
      // An integer stays exact: it is compared with reals as what it is.
      if (type == RuleType::real && node(i).scale > 0) node(i).type = RuleType::real;
      if (type == RuleType::key && node(i).scale == 0) node(i).type = RuleType::key;
    } else if (node(i).type == RuleType::period && is_number(type) && node(i).months == 0) {
      node(i).type = RuleType::exact;
    }
    return true;
  }

  /// Two values that can be compared; times become days.
  bool pair(int& a, int& b) {
    if (a < 0 || b < 0 || !adapt(a, b) || !adapt(b, a)) return false;
    a = to_day(a);
    b = to_day(b);
    if (a < 0 || b < 0) return false;
    const RuleType x = node(a).type;
    const RuleType y = node(b).type;
    if (is_number(x) && is_number(y)) return true;
    if (x == y && x == RuleType::label && !same_words(node(a).words, node(b).words)) {
      fail(node(b).at, "two columns with different words cannot be compared");
      return false;
    }
    if (x == y && x != RuleType::period) return true;
    std::string hint;
    if (is_literal(b) && y == RuleType::text && is_number(x)) {
      hint = "; write numbers without quotation marks";
    }
    if (node(b).op == RuleOp::column && y == RuleType::text && node(a).op == RuleOp::column) {
      hint = "; a text that is meant as it stands is written in single quotes";
    }
    fail(node(b).at, std::string(type_name(y)) + " cannot be compared with " +
                         std::string(type_name(x)) + hint);
    return false;
  }

  static bool same_words(std::span<const std::string_view> a, std::span<const std::string_view> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

  /// The first with each of the others; twice, since a later one may say what a literal is.
  bool all_pair(std::vector<int>& values) {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t i = 1; i < values.size(); ++i) {
        if (!pair(values[0], values[i])) return false;
      }
    }
    return true;
  }

  /// Values of one type for functions that choose among them; reals where one is real.
  bool common(std::vector<int>& values, std::string_view who) {
    if (!all_pair(values)) return false;
    const bool real = std::any_of(values.begin(), values.end(),
                                  [&](int i) { return node(i).type == RuleType::real; });
    for (int& value : values) {
      if (real) value = to_real(value);
      if (value < 0) return false;
    }
    if (node(values[0]).type == RuleType::key && is_literal(values[0])) {
      fail(node(values[0]).at, std::string(who) + " wants the column before the constants");
      return false;
    }
    return true;
  }

  // -- grammar --

  int disjunction() { return junction("or", RuleOp::any_of); }
  int conjunction() { return junction("and", RuleOp::all_of); }

  int junction(std::string_view word, RuleOp op) {
    const auto part = [&] { return op == RuleOp::any_of ? conjunction() : negation(); };
    std::vector<int> parts{part()};
    while (parts.back() >= 0 && at_word(word)) {
      if (!want_truth(parts.back(), word)) return -1;
      ++next_;
      parts.push_back(part());
      if (!want_truth(parts.back(), word)) return -1;
    }
    if (parts.back() < 0 || parts.size() == 1) return parts.back();
    const std::size_t at = node(parts.front()).at;
    return make({.op = op, .at = at, .children = std::move(parts)});
  }

  int negation() {
    const std::size_t at = look().at;
    if (!take_word("not")) return comparison();
    const Level level(level_);
    if (too_deep()) return -1;
    const int part = negation();
    if (!want_truth(part, "not")) return -1;
    return make({.op = RuleOp::negation, .at = at, .children = {part}});
  }

  static std::optional<RuleOp> comparison_op(std::string_view symbol) {
    if (symbol == "=" || symbol == "==") return RuleOp::equal;
    if (symbol == "!=" || symbol == "<>") return RuleOp::unequal;
    if (symbol == "<") return RuleOp::less;
    if (symbol == "<=") return RuleOp::less_equal;
    if (symbol == ">") return RuleOp::greater;
    if (symbol == ">=") return RuleOp::greater_equal;
    return std::nullopt;
  }

  int comparison() {
    const int left = sum();
    if (left < 0) return -1;
    if (look().kind == TokenKind::symbol) {
      if (const auto op = comparison_op(look().spelling)) {
        ++next_;
        return compared(*op, left, sum());
      }
    }
    if (at_word("is")) return null_test(left);
    const bool negated = at_word("not") && (at_word("in", 1) || at_word("between", 1));
    if (negated) ++next_;
    if (take_word("in")) return listed(left, negated);
    if (take_word("between")) return ranged(left, negated);
    return left;
  }

  bool want_order(int i) {
    const RuleType type = node(i).type;
    if (type != RuleType::truth && type != RuleType::key) return true;
    fail(node(i).at, std::string(type_name(type)) + " has no order; compare it with = or !=");
    return false;
  }

  int compared(RuleOp op, int left, int right) {
    if (right < 0 || !pair(left, right)) return -1;
    if (op != RuleOp::equal && op != RuleOp::unequal && !want_order(left)) return -1;
    if (look().kind == TokenKind::symbol && comparison_op(look().spelling)) {
      return fail(look().at, "comparisons do not chain; join two of them with and");
    }
    return make({.op = op, .at = node(left).at, .children = {left, right}});
  }

  int null_test(int left) {
    ++next_;
    const bool negated = take_word("not");
    if (!take_word("null")) return fail(look().at, "after is comes null or not null");
    if (node(left).type == RuleType::period) return fail(node(left).at, "this is never null");
    return make(
        {.op = RuleOp::is_null, .negated = negated, .at = node(left).at, .children = {left}});
  }

  int listed(int left, bool negated) {
    if (!want_symbol("(", "in takes a list in parentheses: region in ('Jilin', 'Hebei')"))
      return -1;
    std::vector<int> parts{left};
    do {
      parts.push_back(sum());
      if (parts.back() < 0) return -1;
    } while (take_symbol(","));
    if (!all_pair(parts)) return -1;
    if (!want_symbol(")", "here a comma or the closing parenthesis of in (…) is missing"))
      return -1;
    const std::size_t at = node(left).at;
    return make({.op = RuleOp::in, .negated = negated, .at = at, .children = std::move(parts)});
  }

  int ranged(int left, bool negated) {
    const int low = sum();
    if (low < 0) return -1;
    if (!take_word("and")) return fail(look().at, "between takes two values: between 3 and 5");
    std::vector<int> parts{left, low, sum()};
    if (parts.back() < 0 || !all_pair(parts) || !want_order(parts[0])) return -1;
    const std::size_t at = node(left).at;
    return make(
        {.op = RuleOp::between, .negated = negated, .at = at, .children = std::move(parts)});
  }

  int sum() {
    int left = product();
    while (left >= 0 && (at_symbol("+") || at_symbol("-"))) {
      const bool minus = at_symbol("-");
      ++next_;
      const int right = product();
      if (right < 0) return -1;
      left = minus ? subtract(left, right) : add(left, right);
    }
    return left;
  }

  int add(int left, int right) {
    if (is_date(node(right).type)) std::swap(left, right);  // 30 + day
    if (is_date(node(left).type)) return move_day(left, right, false);
    return arithmetic(RuleOp::add, left, right);
  }

  int subtract(int left, int right) {
    const RuleType x = node(left).type;
    const RuleType y = node(right).type;
    // '2024-03-31' - day, day - '2024-03-31'.
    if (is_date(x) && y == RuleType::text && !text_or_fail(right)) return -1;
    if (is_date(y) && x == RuleType::text && !text_or_fail(left)) return -1;
    if (is_date(node(left).type) && is_date(node(right).type)) {
      left = to_day(left);
      right = to_day(right);
      if (left < 0 || right < 0) return -1;
      return make({.op = RuleOp::days_between,
                   .type = RuleType::exact,
                   .at = node(left).at,
                   .children = {left, right}});
    }
    if (is_date(node(left).type)) return move_day(left, right, true);
    return arithmetic(RuleOp::subtract, left, right);
  }

  bool text_or_fail(int i) {
    if (is_literal(i)) return text_to_day(i);
    fail(node(i).at, "a day and a text cannot be subtracted");
    return false;
  }

  int move_day(int day, int by, bool minus) {
    const RuleNode& step = node(by);
    const bool days =
        step.type == RuleType::period || (step.type == RuleType::exact && step.scale == 0);
    if (!days) {
      return fail(step.at,
                  "a day is moved by whole days or a length of time, such as 30 or 6 "
                  "months; this is " +
                      std::string(type_name(step.type)));
    }
    day = to_day(day);
    if (day < 0) return -1;
    return make({.op = RuleOp::move_day,
                 .type = RuleType::day,
                 .negated = minus,
                 .at = node(day).at,
                 .children = {day, by}});
  }

  int product() {
    int left = factor();
    while (left >= 0 && (at_symbol("*") || at_symbol("/"))) {
      const RuleOp op = at_symbol("*") ? RuleOp::multiply : RuleOp::divide;
      ++next_;
      const int right = factor();
      if (right < 0) return -1;
      left = arithmetic(op, left, right);
    }
    return left;
  }

  int arithmetic(RuleOp op, int left, int right) {
    if (!want_number(left, "arithmetic") || !want_number(right, "arithmetic")) return -1;
    const bool real = op == RuleOp::divide || node(left).type == RuleType::real ||
                      node(right).type == RuleType::real;
    if (real) {
      left = to_real(left);
      right = to_real(right);
      if (left < 0 || right < 0) return -1;
    }
    RuleNode made{.op = op,
                  .type = real ? RuleType::real : RuleType::exact,
                  .at = node(left).at,
                  .children = {left, right}};
    if (!real) {
      const int a = node(left).scale;
      const int b = node(right).scale;
      made.scale = op == RuleOp::multiply ? a + b : std::max(a, b);
      if (made.scale > kMaxScale) {
        return fail(node(right).at,
                    "the product would have more than 18 decimals; write numbers "
                    "with fewer, or one with an exponent (1e-3)");
      }
    }
    return make(std::move(made));
  }

  int factor() {
    const std::size_t at = look().at;
    if (!take_symbol("-")) return primary();
    const Level level(level_);
    if (too_deep()) return -1;
    const int part = factor();
    if (!want_number(part, "-")) return -1;
    if (is_literal(part)) return negative(part, at);
    return make({.op = RuleOp::negate,
                 .type = node(part).type,
                 .scale = node(part).scale,
                 .at = at,
                 .children = {part}});
  }

  /// A constant below 0 is a constant.
  int negative(int i, std::size_t at) {
    RuleNode& n = node(i);
    n.exact = -n.exact;
    n.real = -n.real;
    n.text = n.text.starts_with('-') ? n.text.substr(1) : "-" + n.text;
    n.at = at;
    return i;
  }

  int primary() {
    const Token& token = look();
    switch (token.kind) {
      case TokenKind::number: return number();
      case TokenKind::text: {
        ++next_;
        return make(
            {.type = RuleType::text, .at = token.at, .text = token.value, .is_quoted = true});
      }
      case TokenKind::quoted_name: {
        ++next_;
        return column(token.value, token.at);
      }
      case TokenKind::name: return name();
      case TokenKind::symbol: {
        if (token.spelling != "(") break;
        const Level level(level_);
        if (too_deep()) return -1;
        ++next_;
        const int inner = disjunction();
        if (inner < 0) return -1;
        if (!want_symbol(")", "here the closing parenthesis is missing")) return -1;
        return inner;
      }
      case TokenKind::end: break;
    }
    return fail(token.at, "a column, a number, a text or a function is expected here");
  }

  int name() {
    const Token& token = look();
    if (token.value == "true" || token.value == "false") {
      ++next_;
      return make({.at = token.at, .exact = token.value == "true" ? 1 : 0});
    }
    if (token.value == "as_of") {
      ++next_;
      tree_.uses_as_of = true;
      return make({.op = RuleOp::as_of, .type = RuleType::day, .at = token.at});
    }
    if (token.value == "null") {
      return fail(token.at, "nothing can be compared with null; write is null or is not null");
    }
    if (std::find(kKeywords.begin(), kKeywords.end(), token.value) != kKeywords.end()) {
      return fail(token.at, "a column, a number, a text or a function is expected here");
    }
    if (at_symbol("(", 1)) return token.value == "audience" ? audience() : call();
    ++next_;
    return column(std::string(token.spelling), token.at);
  }

  int column(const std::string& name, std::size_t at) {
    const RuleColumn* found = table_.find(name);
    if (found == nullptr) {
      return fail(at, "there is no column " + excerpt(name) + nearest(name, table_.columns()));
    }
    int number = 0;
    for (const RuleColumn& known : tree_.columns) {
      if (known.name == name) break;
      ++number;
    }
    if (number == static_cast<int>(tree_.columns.size())) {
      tree_.columns.push_back(
          {found->name, found->kind, found->scale, found->words, RuleColumn::View()});
    }
    return make({.op = RuleOp::column,
                 .type = type_of(found->kind),
                 .scale = found->kind == ColumnKind::amount ? found->scale : 0,
                 .at = at,
                 .column = number,
                 .words = found->words});
  }

  int audience() {
    next_ += 2;
    const Token token = look();
    if (token.kind != TokenKind::text) {
      return fail(token.at, "audience takes a name in single quotes: audience('press')");
    }
    ++next_;
    if (!want_symbol(")", "here the closing parenthesis of audience(…) is missing")) return -1;
    if (table_.find_audience(token.value) == nullptr) {
      return fail(token.at, "there is no audience " + excerpt(token.value) +
                                nearest(token.value, table_.audiences()));
    }
    auto& names = tree_.audiences;
    const auto found = std::find(names.begin(), names.end(), token.value);
    const auto number = static_cast<int>(found - names.begin());
    if (found == names.end()) names.push_back(token.value);
    return make({.op = RuleOp::audience, .at = token.at, .column = number});
  }

  int call() {
    const Token token = look();
    const auto* function = std::find_if(kFunctions.begin(), kFunctions.end(),
                                        [&](const Function& f) { return f.name == token.value; });
    if (function == kFunctions.end()) {
      std::vector<std::string> names;
      for (const Function& known : kFunctions) names.emplace_back(known.name);
      return fail(token.at, "there is no function " + excerpt(token.spelling) +
                                "; there are: " + join(names) + ", audience");
    }
    const Level level(level_);
    if (too_deep()) return -1;
    next_ += 2;
    std::vector<int> values;
    if (!at_symbol(")")) {
      do {
        values.push_back(disjunction());
        if (values.back() < 0) return -1;
      } while (take_symbol(","));
    }
    const std::string usage = "; it is used as " + std::string(function->usage);
    if (!want_symbol(")", "here a comma or the closing parenthesis is missing" + usage)) return -1;
    if (values.size() < function->least || values.size() > function->most) {
      return fail(token.at, std::string(function->name) + " takes " +
                                (function->least == function->most
                                     ? std::to_string(function->least)
                                     : "at least " + std::to_string(function->least)) +
                                " values and has " + std::to_string(values.size()) + usage);
    }
    return called(*function, std::move(values), token.at);
  }

  int called(const Function& function, std::vector<int> values, std::size_t at) {
    RuleNode made{.op = function.op, .type = RuleType::exact, .at = at};
    switch (function.op) {
      case RuleOp::abs:
        if (!want_number(values[0], "abs")) return -1;
        made.type = node(values[0]).type;
        made.scale = node(values[0]).scale;
        break;
      case RuleOp::min:
      case RuleOp::max:
      case RuleOp::coalesce:
        if (!common(values, function.name) || !settle(made, values, 0)) return -1;
        if (function.op != RuleOp::coalesce && !want_order(values[0])) return -1;
        break;
      case RuleOp::choose: {
        if (!want_truth(values[0], "if")) return -1;
        std::vector<int> ends(values.begin() + 1, values.end());
        if (!common(ends, "if") || !settle(made, ends, 0)) return -1;
        values = {values[0], ends[0], ends[1]};
        break;
      }
      case RuleOp::hour:
        if (node(values[0]).type != RuleType::time) {
          return fail(node(values[0]).at, "hour takes a time column, and this is " +
                                              std::string(type_name(node(values[0]).type)));
        }
        break;
      case RuleOp::days_since:
      case RuleOp::year:
      case RuleOp::month:
      case RuleOp::weekday:
        if (!want_day(values[0], function.name)) return -1;
        if (function.op == RuleOp::days_since) tree_.uses_as_of = true;
        break;
      default:
        made.type = RuleType::truth;
        for (const int value : values) {
          if (node(value).type == RuleType::text) continue;
          return fail(node(value).at, std::string(function.name) + " takes texts, and this is " +
                                          std::string(type_name(node(value).type)));
        }
    }
    made.children = std::move(values);
    return make(std::move(made));
  }

  bool want_day(int& i, std::string_view who) {
    if (is_literal(i) && node(i).type == RuleType::text) return text_to_day(i);
    i = to_day(i);
    if (i < 0) return false;
    if (node(i).type == RuleType::day) return true;
    fail(node(i).at,
         std::string(who) + " takes a day, and this is " + std::string(type_name(node(i).type)));
    return false;
  }

  /// The type of a function that chooses among values.
  bool settle(RuleNode& made, const std::vector<int>& values, std::size_t first) {
    made.type = node(values[first]).type;
    made.words = node(values[first]).words;
    for (const int value : values) made.scale = std::max(made.scale, node(value).scale);
    if (made.type != RuleType::key) return true;
    fail(made.at, "keys are only compared, with =, != and in");
    return false;
  }

  int number() {
    const Token token = look();
    ++next_;
    RuleNode made{.type = RuleType::exact, .at = token.at, .text = std::string(token.spelling)};
    const std::string_view digits = token.spelling;
    std::from_chars(digits.data(), digits.data() + digits.size(), made.real);
    const bool exponent = digits.find_first_of("eE") != std::string_view::npos;
    const bool exact = !exponent && read_exact(digits, made);
    const bool whole = digits.find('.') == std::string_view::npos;
    if (!exact) {
      if (whole && !exponent) {
        return fail(token.at,
                    "whole numbers go up to 9223372036854775807; write a larger one with "
                    "an exponent (1e20)");
      }
      made.type = RuleType::real;
      if (!std::isfinite(made.real)) return fail(token.at, "the number is too large");
    }
    if (take_symbol("%")) return percent(std::move(made));
    if (look().kind == TokenKind::name) return period(std::move(made), whole && exact);
    return make(std::move(made));
  }

  /// Decimals without trailing zeros; false when they do not fit, and `made` stays as it was.
  static bool read_exact(std::string_view digits, RuleNode& made) {
    std::int64_t exact = 0;
    int scale = 0;
    const std::size_t point = digits.find('.');
    if (point != std::string_view::npos) {
      digits.remove_suffix(digits.size() - 1 -
                           std::min(digits.find_last_not_of('0'), digits.size() - 1));
    }
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (digits[i] == '.') continue;
      if (__builtin_mul_overflow(exact, std::int64_t{10}, &exact) ||
          __builtin_add_overflow(exact, std::int64_t{digits[i] - '0'}, &exact)) {
        return false;
      }
      if (point != std::string_view::npos && i > point) ++scale;
    }
    if (scale > kMaxScale - 2) return false;
    made.exact = exact;
    made.scale = scale;
    return true;
  }

  int percent(RuleNode made) {
    made.text += '%';
    if (made.type == RuleType::exact) made.scale += 2;
    made.real /= 100;
    return make(std::move(made));
  }

  int period(RuleNode made, bool whole) {
    const std::string unit = look().value;
    const std::string_view one =
        unit.ends_with('s') ? std::string_view(unit).substr(0, unit.size() - 1) : unit;
    const std::int64_t days = one == "day" ? 1 : one == "week" ? 7 : 0;
    const std::int64_t months = one == "month" ? 1 : one == "year" ? 12 : 0;
    if (days + months == 0) return make(std::move(made));
    if (!whole || made.exact > kMaxPeriodDays / 12) {
      return fail(made.at,
                  "a length of time is a whole number of days, weeks, months or years, at "
                  "most " +
                      std::to_string(kMaxPeriodDays / 12));
    }
    ++next_;
    made.type = RuleType::period;
    made.text += " " + unit;
    made.months = made.exact * months;
    made.exact *= days;
    made.real = static_cast<double>(made.exact);
    return make(std::move(made));
  }

  const RuleTable& table_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int level_ = 0;
  RuleTree tree_;
  Status status_;
};

}  // namespace

std::string_view rule_function_name(RuleOp op) noexcept {
  for (const Function& function : kFunctions) {
    if (function.op == op) return function.name;
  }
  return {};
}

bool is_rule_word(std::string_view name) {
  const std::string lower = to_lower(name);
  return std::find(kKeywords.begin(), kKeywords.end(), lower) != kKeywords.end();
}

Result<RuleTree> parse_rule(std::string_view text, const RuleTable& table) {
  FIDELIA_ASSIGN(std::vector<Token> tokens, lex_rule(text));
  return Parser(text, table, std::move(tokens)).parse();
}

}  // namespace fidelia::detail
