// SPDX-License-Identifier: Apache-2.0
//
// A tree back to text: as few parentheses as the grammar needs.
#include <array>

#include "src/core/rules_tree.h"

namespace fidelia::detail {
namespace {

enum Precedence : std::uint8_t { lowest, or_, and_, not_, comparison_, sum_, product_, unary_ };

std::string quoted_with(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

bool is_plain_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  constexpr std::string_view kParts =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return !name.empty() && kLetters.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of(kParts) == std::string_view::npos && !is_rule_word(name);
}

class Printer {
 public:
  explicit Printer(const RuleTree& tree) : tree_(tree) {}
  std::string take() { return std::move(out_); }

  void print(int i, Precedence outer) {
    const RuleNode& n = node(i);
    switch (n.op) {
      case RuleOp::to_real:
      case RuleOp::to_day: return print(n.children[0], outer);
      case RuleOp::literal: return literal(n);
      case RuleOp::as_of: out_ += "as_of"; return;
      case RuleOp::column: {
        const std::string& name = tree_.columns[static_cast<std::size_t>(n.column)].name;
        out_ += is_plain_name(name) ? name : quoted_with(name, '"');
        return;
      }
      case RuleOp::audience:
        out_ += "audience(" +
                quoted_with(tree_.audiences[static_cast<std::size_t>(n.column)], '\'') + ")";
        return;
      default: break;
    }
    if (const std::string_view name = rule_function_name(n.op); !name.empty()) {
      out_ += name;
      out_ += '(';
      list(n, 0, lowest);
      out_ += ')';
      return;
    }
    const Precedence own = precedence(n.op);
    if (own < outer) out_ += '(';
    operation(n, own);
    if (own < outer) out_ += ')';
  }

 private:
  const RuleNode& node(int i) const { return tree_.nodes[static_cast<std::size_t>(i)]; }

  static Precedence precedence(RuleOp op) {
    switch (op) {
      case RuleOp::any_of: return or_;
      case RuleOp::all_of: return and_;
      case RuleOp::negation: return not_;
      case RuleOp::negate: return unary_;
      case RuleOp::multiply:
      case RuleOp::divide: return product_;
      case RuleOp::add:
      case RuleOp::subtract:
      case RuleOp::move_day:
      case RuleOp::days_between: return sum_;
      default: return comparison_;
    }
  }

  static std::string_view symbol(const RuleNode& n) {
    switch (n.op) {
      case RuleOp::add: return " + ";
      case RuleOp::move_day: return n.negated ? " - " : " + ";
      case RuleOp::multiply: return " * ";
      case RuleOp::divide: return " / ";
      case RuleOp::equal: return " = ";
      case RuleOp::unequal: return " != ";
      case RuleOp::less: return " < ";
      case RuleOp::less_equal: return " <= ";
      case RuleOp::greater: return " > ";
      case RuleOp::greater_equal: return " >= ";
      case RuleOp::all_of: return " and ";
      case RuleOp::any_of: return " or ";
      default: return " - ";
    }
  }

  void literal(const RuleNode& n) {
    if (n.type == RuleType::truth) {
      out_ += n.exact != 0 ? "true" : "false";
    } else if (n.is_quoted) {
      out_ += quoted_with(n.text, '\'');
    } else {
      out_ += n.text;
    }
  }

  void list(const RuleNode& n, std::size_t first, Precedence outer) {
    for (std::size_t i = first; i < n.children.size(); ++i) {
      if (i > first) out_ += ", ";
      print(n.children[i], outer);
    }
  }

  void operation(const RuleNode& n, Precedence own) {
    const auto next = static_cast<Precedence>(own + 1);
    switch (n.op) {
      case RuleOp::negation: out_ += "not "; return print(n.children[0], own);
      case RuleOp::negate: out_ += '-'; return print(n.children[0], own);
      case RuleOp::is_null:
        print(n.children[0], next);
        out_ += n.negated ? " is not null" : " is null";
        return;
      case RuleOp::in:
        print(n.children[0], next);
        out_ += n.negated ? " not in (" : " in (";
        list(n, 1, next);
        out_ += ')';
        return;
      case RuleOp::between:
        print(n.children[0], next);
        out_ += n.negated ? " not between " : " between ";
        print(n.children[1], next);
        out_ += " and ";
        return print(n.children[2], next);
      default: break;
    }
    // Sums and products associate to the left; a part of the same rank on the right was in
    // parentheses.
    const bool left = own == sum_ || own == product_;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (i > 0) out_ += symbol(n);
      print(n.children[i], i == 0 && left ? own : next);
    }
  }

  const RuleTree& tree_;
  std::string out_;
};

}  // namespace

std::string rule_text(const RuleTree& tree, int node) {
  Printer printer(tree);
  printer.print(node, lowest);
  return printer.take();
}

}  // namespace fidelia::detail
