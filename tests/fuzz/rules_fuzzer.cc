// SPDX-License-Identifier: Apache-2.0
//
// Rules: whatever the text says, it is a rule with a truth for each row, whose printed form means
// the same, or an error that says something.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "fidelia/core/rules.h"
#include "src/core/utf8.h"

namespace {

using namespace fidelia;

constexpr std::array<std::string_view, 3> kSizes = {"small", "medium", "large"};

const RuleTable& table() {
  static const RuleTable& made = *[] {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    ValuesBuilder<std::int64_t> orders;
    orders.append(kMost);
    orders.append_null();
    orders.append(kLeast);
    auto* rules = new RuleTable();
    rules->add("customer_id", Keys({"C-1", "C-2", "C-3"}))
        .add("number", Keys({1, 2, -3}))
        .add("orders", orders.finish())
        .add("p_alive", Floats({0.5, std::nan(""), -HUGE_VAL}))
        .add("spend", Amounts(Ints({kLeast, 0, kMost}), 2))
        .add("first_seen", Days({kFirstDay, Day{19000}, Day{std::numeric_limits<int>::max()}}))
        .add("bought_at", Times(Ints({kLeast, -1, kMost})))
        .add("open", Flags({0, 1, 1}))
        .add("size", Labels(Values<std::int8_t>({0, 1, 2}), kSizes))
        .add("roles", Texts({"buyer|press", "", "|"}))
        .add_audience("press", Flags({0, 1, 0}));
    return rules;
  }();
  return made;
}

bool same(const Flags& a, const Flags& b) {
  for (std::int64_t i = 0; i < a.size(); ++i) {
    if (a.is_null(i) != b.is_null(i) || (!a.is_null(i) && a[i] != b[i])) return false;
  }
  return a.size() == b.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Context context;
  const Result<Rule> rule = Rule::parse(text, table());
  if (!rule.ok()) {
    const std::string& message = rule.status().message();
    if (message.empty() || !detail::is_utf8(message)) std::abort();
    return 0;
  }
  const Result<Flags> truth = rule->evaluate(table(), Day{19000}, context);
  const std::string printed = rule->text();
  const Result<Rule> again = Rule::parse(printed, table());
  // Parentheses and quotation marks may be written shorter or longer; only the limit may stop it.
  if (!again.ok()) {
    if (printed.size() <= 65536) std::abort();
    return 0;
  }
  if (again->text() != printed) std::abort();
  if (!truth.ok()) return 0;
  const Result<Flags> repeated = again->evaluate(table(), Day{19000}, context);
  if (!repeated.ok() || !same(*truth, *repeated)) std::abort();
  for (std::int64_t row = 0; row < table().size(); ++row) {
    const auto reasons = rule->explain(table(), row, Day{19000});
    if (!reasons.ok() || reasons->empty()) std::abort();
  }
  return 0;
}
