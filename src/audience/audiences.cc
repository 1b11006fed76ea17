// SPDX-License-Identifier: Apache-2.0
#include "fidelia/audience/audiences.h"

#include <algorithm>
#include <map>

#include "src/audience/audience_columns.h"
#include "src/audience/audience_sets.h"
#include "src/core/text.h"
#include "src/core/try.h"

namespace fidelia {
namespace {

constexpr std::int64_t kMostRules = 10'000;

/// An audience in the making.
struct Public {
  std::string name;
  std::string help;
  std::string text;       ///< The rule as given.
  std::int64_t row = -1;  ///< Of the table of rules.
  bool own = false;       ///< The user's.
  bool listed = true;     ///< In the output.
  std::optional<Rule> rule = {};
  RowSet members = {};
};

Status named(const Public& one, const Status& status) {
  if (status.ok()) return status;
  return Status(status.code(), "audience " + excerpt(one.name) + ": " + status.message(), one.row,
                status.column().empty() ? "rule" : status.column());
}

class Maker {
 public:
  Maker(const AudiencesInput& input, const AudiencesOptions& options,
        detail::AudienceColumns columns, Context& context)
      : input_(input), options_(options), columns_(std::move(columns)), context_(context) {}

  Status judge(bool tell_progress) {
    for (const StandardAudience& one : standard_audiences()) {
      FIDELIA_TRY(add({std::string(one.name), std::string(one.help), std::string(one.rule), -1,
                       false, options_.standard}));
    }
    FIDELIA_TRY(add_own());
    add_groups("region");
    add_groups("culture");
    FIDELIA_TRY(parse());
    FIDELIA_ASSIGN(const std::vector<std::size_t> order, order_of_reference());
    for (std::size_t done = 0; done < order.size(); ++done) {
      FIDELIA_TRY(evaluate(publics_[order[done]]));
      const double share = static_cast<double>(done + 1) / static_cast<double>(order.size());
      FIDELIA_TRY(tell_progress ? context_.progress(share, "judging audiences") : context_.check());
    }
    return {};
  }

  Result<Audiences> make() {
    FIDELIA_TRY(judge(true));
    Audiences result;
    result.audiences = table();
    result.members = members();
    FIDELIA_ASSIGN(result.reasons, reasons());
    return result;
  }

  Result<detail::AudienceSets> make_sets() {
    FIDELIA_TRY(judge(false));
    detail::AudienceSets result;
    result.party_id = columns_.party_id;
    for (Public& one : publics_) {
      if (!one.listed) continue;
      result.sets.push_back({std::move(one.name), std::move(one.help), one.rule->text(), one.own,
                             std::move(one.members)});
    }
    return result;
  }

 private:
  Status add(Public one) {
    if (trim(one.name).empty()) {
      return Status(Code::invalid_data, "an audience needs a name", one.row, "audience");
    }
    if (!numbers_.emplace(one.name, publics_.size()).second) {
      const auto& other = publics_[numbers_[one.name]];
      return Status(Code::invalid_data,
                    "there are two audiences " + excerpt(one.name) +
                        (other.own ? "" : "; one is a standard public, so take another name"),
                    one.row, "audience");
    }
    publics_.push_back(std::move(one));
    return {};
  }

  Status add_own() {
    const AudienceRules& rules = input_.rules;
    if (rules.rule.size() > kMostRules) {
      return Status::invalid_data("table rules has more than 10,000 rows");
    }
    for (std::int64_t i = 0; i < rules.rule.size(); ++i) {
      const bool helped = !rules.help.empty() && !rules.help.is_null(i);
      FIDELIA_TRY(add({std::string(rules.audience[i]), helped ? std::string(rules.help[i]) : "",
                       std::string(rules.rule[i]), i, true}));
    }
    if (options_.rule.empty()) return {};
    return add({options_.name, "", options_.rule, -1, true});
  }

  /// Each value of a column as an audience, the largest first, names in order on a tie.
  void add_groups(const std::string& column) {
    if (options_.groups == 0) return;
    const auto& values = std::get<Texts>(columns_.table.find(column)->view);
    std::map<std::string, std::int64_t, std::less<>> counts;
    for (std::int64_t i = 0; i < values.size(); ++i) {
      if (values.is_null(i)) continue;
      const auto found = counts.find(values[i]);
      found == counts.end() ? counts.emplace(values[i], 1).first->second : ++found->second;
    }
    std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (sorted.size() > static_cast<std::size_t>(options_.groups)) {
      sorted.resize(static_cast<std::size_t>(options_.groups));
    }
    for (const auto& [value, count] : sorted) {
      std::string quoted;
      for (const char c : value) quoted += c == '\'' ? "''" : std::string(1, c);
      Public one{column + ": " + value, "", column + " = '" + quoted + "'"};
      // A user's audience of that name stands.
      if (numbers_.emplace(one.name, publics_.size()).second) publics_.push_back(std::move(one));
    }
  }

  Status parse() {
    RuleTable table = columns_.table;
    for (const Public& one : publics_) table.declare_audience(one.name);
    for (Public& one : publics_) {
      Result<Rule> rule = Rule::parse(one.text, table);
      if (!rule.ok()) return named(one, rule.status());
      one.rule = *std::move(rule);
    }
    return {};
  }

  /// Each audience after those that its rule names.
  Result<std::vector<std::size_t>> order_of_reference() const {
    std::vector<std::vector<std::size_t>> named_by(publics_.size());
    std::vector<std::size_t> waits(publics_.size());
    for (std::size_t i = 0; i < publics_.size(); ++i) {
      for (const std::string& name : publics_[i].rule->audiences()) {
        named_by[numbers_.at(name)].push_back(i);
        ++waits[i];
      }
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < publics_.size(); ++i) {
      if (waits[i] == 0) order.push_back(i);
    }
    for (std::size_t next = 0; next < order.size(); ++next) {
      for (const std::size_t i : named_by[order[next]]) {
        if (--waits[i] == 0) order.push_back(i);
      }
    }
    if (order.size() == publics_.size()) return order;
    return circle(waits);
  }

  /// Follows references among the audiences that wait for each other until one comes again.
  Status circle(const std::vector<std::size_t>& waits) const {
    std::size_t at = 0;
    while (waits[at] == 0) ++at;
    std::vector<std::size_t> path;
    for (;;) {
      const auto first =
          static_cast<std::size_t>(std::find(path.begin(), path.end(), at) - path.begin());
      const bool again = first < path.size();
      path.push_back(at);
      if (again) {
        std::string names;
        for (std::size_t i = first; i < path.size(); ++i) {
          names += (names.empty() ? "" : " -> ") + excerpt(publics_[path[i]].name);
        }
        return Status(Code::invalid_data,
                      "audiences refer to each other in a circle: " + names +
                          "; take one of the references out",
                      publics_[at].row, "rule");
      }
      for (const std::string& name : publics_[at].rule->audiences()) {
        const std::size_t next = numbers_.at(name);
        if (waits[next] > 0) {
          at = next;
          break;
        }
      }
    }
  }

  /// The columns with the audiences that a rule names.
  RuleTable table_of(const Public& one) const {
    RuleTable table = columns_.table;
    for (const std::string& name : one.rule->audiences()) {
      table.add_audience(name, publics_[numbers_.at(name)].members.flags(size()));
    }
    return table;
  }

  Status evaluate(Public& one) {
    const Result<Flags> truth = one.rule->evaluate(table_of(one), options_.as_of, context_);
    if (!truth.ok()) return named(one, truth.status());
    one.members = RowSet::of(*truth);
    return {};
  }

  std::int64_t size() const { return columns_.party_id.size(); }

  AudienceTable table() const {
    TextsBuilder names;
    ValuesBuilder<std::int64_t> members;
    ValuesBuilder<double> share;
    TextsBuilder rules;
    TextsBuilder help;
    for (const Public& one : publics_) {
      if (!one.listed) continue;
      const std::int64_t count = one.members.cardinality();
      names.append(one.name);
      members.append(count);
      if (size() == 0) {
        share.append_null();
      } else {
        share.append(static_cast<double>(count) / static_cast<double>(size()));
      }
      rules.append(one.rule->text());
      one.help.empty() ? help.append_null() : help.append(one.help);
    }
    return {names.finish(), members.finish(), share.finish(), rules.finish(), help.finish()};
  }

  AudienceMembers members() const {
    TextsBuilder names(context_.shared_memory());
    KeysBuilder keys(columns_.party_id.type(), context_.shared_memory());
    for (const Public& one : publics_) {
      if (!one.listed) continue;
      one.members.for_each([&](std::int64_t row) {
        names.append(one.name);
        keys.append(columns_.party_id, row);
      });
    }
    return {names.finish(), keys.finish()};
  }

  /// Rows of the parties that are to be explained; an unknown one is refused.
  Result<std::vector<std::int64_t>> chosen() const {
    std::map<std::string, std::int64_t, std::less<>> wanted;
    std::string_view left = options_.explain;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find('|'), left.size());
      const std::string_view id = trim(left.substr(0, end));
      if (!id.empty()) wanted.emplace(id, -1);
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    if (wanted.empty()) return std::vector<std::int64_t>();
    for (std::int64_t row = 0; row < size(); ++row) {
      const auto found = wanted.find(columns_.party_id.to_string(row));
      if (found != wanted.end()) found->second = row;
    }
    std::vector<std::int64_t> rows;
    for (const auto& [id, row] : wanted) {
      if (row < 0) {
        return Status(Code::invalid_argument,
                      "option explain names party " + excerpt(id) + ", which no table has", -1,
                      "explain");
      }
      rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  Result<AudienceReasons> reasons() const {
    TextsBuilder names;
    KeysBuilder keys(columns_.party_id.type());
    ValuesBuilder<std::uint8_t> member;
    TextsBuilder conditions;
    ValuesBuilder<std::uint8_t> holds;
    TextsBuilder values;
    FIDELIA_ASSIGN(const std::vector<std::int64_t> rows, chosen());
    for (const Public& one : publics_) {
      if (!one.listed || rows.empty()) continue;
      const RuleTable table = table_of(one);
      for (const std::int64_t row : rows) {
        const bool is_in = one.members.contains(row);
        if (!is_in && !one.own) continue;
        FIDELIA_ASSIGN(const std::vector<RuleReason> found,
                       one.rule->explain(table, row, options_.as_of));
        for (const RuleReason& reason : found) {
          names.append(one.name);
          keys.append(columns_.party_id, row);
          member.append(is_in ? 1 : 0);
          conditions.append(reason.condition);
          reason.holds ? holds.append(*reason.holds ? 1 : 0) : holds.append_null();
          values.append(reason.values);
        }
      }
    }
    return AudienceReasons{names.finish(),      keys.finish(),  member.finish(),
                           conditions.finish(), holds.finish(), values.finish()};
  }

  const AudiencesInput& input_;
  const AudiencesOptions& options_;
  detail::AudienceColumns columns_;
  Context& context_;
  std::vector<Public> publics_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

}  // namespace

Result<Audiences> audiences(AudiencesInput& input, const AudiencesOptions& options,
                            Context& context) {
  FIDELIA_ASSIGN(detail::AudienceColumns columns, detail::audience_columns(input));
  return Maker(input, options, std::move(columns), context).make();
}

namespace detail {

Result<AudienceSets> audience_sets(const AudiencesInput& input, const AudiencesOptions& options,
                                   Context& context) {
  FIDELIA_ASSIGN(AudienceColumns columns, audience_columns(input));
  return Maker(input, options, std::move(columns), context).make_sets();
}

}  // namespace detail

}  // namespace fidelia
