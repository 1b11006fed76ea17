// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/rules.h"

#include <algorithm>

#include "src/core/convert.h"
#include "src/core/rules_tree.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

using detail::RuleNode;
using detail::RuleOp;
using detail::RuleTree;

/// Rows that one task evaluates: enough to forget the start, few enough to share the work.
constexpr std::int64_t kTaskRows = 65536;

std::int64_t rows_of(const RuleColumn::View& view) {
  return std::visit([](const auto& values) { return values.size(); }, view);
}

const RuleColumn* find_named(const std::vector<RuleColumn>& columns, std::string_view name) {
  for (const RuleColumn& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

void add_parts(const RuleTree& tree, int at, std::vector<int>& columns,
               std::vector<int>& audiences) {
  const RuleNode& n = tree.nodes[static_cast<std::size_t>(at)];
  std::vector<int>* list = n.op == RuleOp::column     ? &columns
                           : n.op == RuleOp::audience ? &audiences
                                                      : nullptr;
  if (list != nullptr && std::find(list->begin(), list->end(), n.column) == list->end()) {
    list->push_back(n.column);
  }
  for (const int child : n.children) add_parts(tree, child, columns, audiences);
}

/// Finds the fewest conditions that settle a rule for one row.
class Explainer {
 public:
  Explainer(const RuleTree& tree, detail::RuleMachine& machine, std::int64_t row)
      : tree_(tree),
        machine_(machine),
        row_(row),
        truth_(tree.nodes.size()),
        size_(tree.nodes.size()) {}

  std::vector<RuleReason> all() {
    measure(tree_.root);
    collect(tree_.root);
    return std::move(reasons_);
  }

 private:
  const RuleNode& node(int i) const { return tree_.nodes[static_cast<std::size_t>(i)]; }
  std::uint8_t truth(int i) const { return truth_[static_cast<std::size_t>(i)]; }
  std::size_t size(int i) const { return size_[static_cast<std::size_t>(i)]; }
  static bool is_joined(RuleOp op) {
    return op == RuleOp::all_of || op == RuleOp::any_of || op == RuleOp::negation;
  }
  /// One part is enough: a true `or`, a false `and`.
  bool one_settles(int i) const {
    return (node(i).op == RuleOp::any_of && truth(i) == detail::kRuleTrue) ||
           (node(i).op == RuleOp::all_of && truth(i) == detail::kRuleFalse);
  }

  /// Truth of each condition, and how many reasons it takes.
  void measure(int i) {
    truth_[static_cast<std::size_t>(i)] = machine_.truth_of(i, row_);
    std::size_t& total = size_[static_cast<std::size_t>(i)];
    total = 1;
    if (!is_joined(node(i).op)) return;
    total = 0;
    for (const int child : node(i).children) {
      measure(child);
      if (!settles(i, child)) continue;
      total = one_settles(i) && total > 0 ? std::min(total, size(child)) : total + size(child);
    }
  }

  bool settles(int i, int child) const {
    return node(i).op == RuleOp::negation || truth(child) == truth(i);
  }

  void collect(int i) {
    if (!is_joined(node(i).op)) return report(i);
    for (const int child : node(i).children) {
      if (!settles(i, child)) continue;
      if (one_settles(i) && size(child) != size(i)) continue;
      collect(child);
      if (one_settles(i)) return;
    }
  }

  void report(int i) {
    std::vector<int> columns;
    std::vector<int> audiences;
    add_parts(tree_, i, columns, audiences);
    RuleReason reason;
    reason.condition = rule_text(tree_, i);
    const auto add = [&](const std::string& name, const std::string& value) {
      if (!reason.values.empty()) reason.values += ", ";
      reason.values += name + " = " + value;
    };
    for (const int column : columns) {
      add(tree_.columns[static_cast<std::size_t>(column)].name, machine_.value_text(column, row_));
    }
    for (const int audience : audiences) {
      add(tree_.audiences[static_cast<std::size_t>(audience)],
          machine_.audience_text(audience, row_));
    }
    if (truth(i) != detail::kRuleUnknown) reason.holds = truth(i) == detail::kRuleTrue;
    reasons_.push_back(std::move(reason));
  }

  const RuleTree& tree_;
  detail::RuleMachine& machine_;
  std::int64_t row_;
  std::vector<std::uint8_t> truth_;
  std::vector<std::size_t> size_;
  std::vector<RuleReason> reasons_;
};

Status check_sizes(const RuleTable& table) {
  for (const auto* columns : {&table.columns(), &table.audiences()}) {
    for (const RuleColumn& column : *columns) {
      if (rows_of(column.view) == table.size()) continue;
      return Status(Code::invalid_data,
                    "column " + excerpt(column.name) + " has " +
                        std::to_string(rows_of(column.view)) + " rows and others have " +
                        std::to_string(table.size()),
                    -1, column.name);
    }
  }
  return {};
}

Flags flags_of(const std::vector<std::uint8_t>& truth,
               const std::shared_ptr<std::pmr::memory_resource>& memory) {
  Buffer<std::uint8_t> values(memory);
  values.resize(truth.size());
  Bitmap present(memory);
  const bool unknown = std::find(truth.begin(), truth.end(), detail::kRuleUnknown) != truth.end();
  for (std::size_t i = 0; i < truth.size(); ++i) {
    values[i] = static_cast<std::uint8_t>(truth[i] == detail::kRuleTrue);
    if (unknown) present.append(truth[i] != detail::kRuleUnknown);
  }
  return Flags(std::move(values), std::move(present));
}

}  // namespace

RuleTable& RuleTable::add(std::string name, RuleColumn::View view) {
  RuleColumn column;
  column.name = std::move(name);
  column.kind = static_cast<ColumnKind>(view.index());
  if (const auto* amounts = std::get_if<Amounts>(&view)) column.scale = amounts->scale();
  if (const auto* labels = std::get_if<Labels>(&view)) column.words = labels->words();
  size_ = std::max(size_, rows_of(view));
  column.view = std::move(view);
  columns_.push_back(std::move(column));
  return *this;
}

RuleTable& RuleTable::add(const TableInfo& info, const void* table) {
  const std::int64_t rows = info.rows(table);
  for (const ColumnInfo& column : info.columns()) {
    // The views are only read; visit_view serves writers too.
    void* view = const_cast<char*>(static_cast<const char*>(table)) + column.offset;
    detail::visit_view(column.kind, view, [&](const auto& values) {
      if (values.size() == rows) add(column.name, values);
    });
    if (!columns_.empty() && columns_.back().name == column.name &&
        column.kind == ColumnKind::label) {
      columns_.back().words = column.doc.words;
    }
  }
  return *this;
}

RuleTable& RuleTable::declare(const TableInfo& info, int scale) {
  for (const ColumnInfo& column : info.columns()) {
    columns_.push_back({column.name, column.kind, column.kind == ColumnKind::amount ? scale : 0,
                        column.doc.words, RuleColumn::View()});
  }
  return *this;
}

RuleTable& RuleTable::add_audience(std::string name, Flags members) {
  size_ = std::max(size_, members.size());
  audiences_.push_back({std::move(name), ColumnKind::flag, 0, {}, std::move(members)});
  return *this;
}

RuleTable& RuleTable::declare_audience(std::string name) {
  audiences_.push_back({std::move(name), ColumnKind::flag, 0, {}, RuleColumn::View(Flags())});
  return *this;
}

const RuleColumn* RuleTable::find(std::string_view name) const noexcept {
  return find_named(columns_, name);
}
const RuleColumn* RuleTable::find_audience(std::string_view name) const noexcept {
  return find_named(audiences_, name);
}

Result<Rule> Rule::parse(std::string_view text, const RuleTable& table) {
  FIDELIA_ASSIGN(RuleTree tree, detail::parse_rule(text, table));
  return Rule(std::make_shared<const RuleTree>(std::move(tree)));
}

std::string Rule::text() const { return detail::rule_text(*tree_, tree_->root); }

std::vector<std::string> Rule::columns() const {
  std::vector<std::string> names;
  for (const RuleColumn& column : tree_->columns) names.push_back(column.name);
  return names;
}

std::vector<std::string> Rule::audiences() const { return tree_->audiences; }
bool Rule::uses_as_of() const noexcept { return tree_->uses_as_of; }
std::int64_t Rule::cost() const noexcept { return static_cast<std::int64_t>(tree_->nodes.size()); }

Result<Flags> Rule::evaluate(const RuleTable& table, std::optional<Day> as_of,
                             Context& context) const {
  FIDELIA_TRY(check_sizes(table));
  FIDELIA_ASSIGN(const detail::RuleMachine machine,
                 detail::RuleMachine::bind(*tree_, table, as_of));
  std::vector<std::uint8_t> truth(static_cast<std::size_t>(table.size()));
  const std::int64_t tasks = (table.size() + kTaskRows - 1) / kTaskRows;
  context.run(tasks, [&](std::int64_t task) {
    detail::RuleMachine own = machine.copy();
    const std::int64_t begin = task * kTaskRows;
    own.run(begin, std::min(kTaskRows, table.size() - begin), truth.data() + begin);
  });
  FIDELIA_TRY(context.check());
  return flags_of(truth, context.shared_memory());
}

Result<std::vector<RuleReason>> Rule::explain(const RuleTable& table, std::int64_t row,
                                              std::optional<Day> as_of) const {
  FIDELIA_TRY(check_sizes(table));
  if (row < 0 || row >= table.size()) {
    return Status(Code::invalid_argument, "there is no row " + std::to_string(row), row, {});
  }
  FIDELIA_ASSIGN(detail::RuleMachine machine, detail::RuleMachine::bind(*tree_, table, as_of));
  return Explainer(*tree_, machine, row).all();
}

}  // namespace fidelia
