// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/relationship_level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "src/core/normal.h"
#include "src/core/try.h"
#include "src/stage/columns.h"
#include "src/stage/keyed.h"

namespace fidelia {

std::span<const std::string_view> relationship_level_words() noexcept {
  static constexpr std::array<std::string_view, 5> kWords = {"basic", "reactive", "accountable",
                                                             "proactive", "partnership"};
  return kWords;
}

std::span<const std::string_view> level_method_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"matrix", "return"};
  return kWords;
}

std::span<const std::string_view> level_contact_words() noexcept {
  static constexpr std::array<std::string_view, 2> kWords = {"message", "call"};
  return kWords;
}

std::span<const std::string_view> level_duty_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"after_sale_message",
                                                             "after_sale_call", "regular_call"};
  return kWords;
}

std::span<const std::string_view> margin_class_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"low", "medium", "high"};
  return kWords;
}

std::span<const std::string_view> number_class_words() noexcept {
  static constexpr std::array<std::string_view, 3> kWords = {"few", "medium", "many"};
  return kWords;
}

RelationshipLevel level_of_matrix(int margin_class, int number_class) noexcept {
  // Each step up in margin, and each step down in number, is a level more.
  return static_cast<RelationshipLevel>(std::clamp(margin_class, 0, 2) + 2 -
                                        std::clamp(number_class, 0, 2));
}

namespace {

using detail::kYearDays;
using detail::say;
using detail::value;
using Level = RelationshipLevel;

constexpr std::size_t kLevels = 5;
constexpr std::int32_t kMissedDays = 90;  ///< After that an after-sale contact is too late.
constexpr std::string_view kNoSegment = "(none)";

/// What a level takes and brings, of one segment and year.
struct Terms {
  double contacts = 0;
  double cost = 0;
  double gain = 0;
  double returns() const { return gain - cost; }
};

struct Segment {
  std::int64_t customers = 0;
  double margin = 0;
  double purchases = 0;
  std::array<Terms, kLevels> terms;
  std::size_t margin_class = 0;
  std::size_t number_class = 0;
  double low_margin = 0;
  double high_margin = 0;
  std::size_t level = 0;
  std::size_t best = 0;
  std::int64_t obliged = 0;
  std::int64_t kept = 0;
  std::int64_t overdue = 0;

  double margin_mean() const { return margin / static_cast<double>(customers); }
};

/// What a customer's level obliges.
struct Duty {
  std::optional<LevelContact> contact;
  std::optional<Day> due_at;
  bool obliged = false;  ///< Came due.
  bool kept = false;     ///< And was done.
  bool overdue = false;  ///< And is still to be done.
  bool after_sale = false;
};

/// What the evidence says of one customer.
struct Known {
  std::optional<Day> first_seen;
  std::optional<Day> last_out;
  std::optional<Day> last_order;
  bool withdrawn = false;
};

struct Customers {
  std::vector<std::string> names;     ///< Of the segments, ascending.
  std::vector<std::size_t> segments;  ///< Of each customer.
  std::vector<Segment> figures;
};

// ---------------------------------------------------------------------------- segments

/// Classes A, B and C by cumulative share of the margin.
std::vector<std::string> abc_classes(const LevelCustomers& customers) {
  const auto n = static_cast<std::size_t>(customers.customer_id.size());
  std::vector<double> margin(n);
  for (std::size_t i = 0; i < n; ++i) {
    margin[i] = std::max(0.0, value(customers.margin, static_cast<std::int64_t>(i)).value_or(0));
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return margin[a] != margin[b] ? margin[a] > margin[b] : a < b;
  });
  double total = 0;
  for (const std::size_t i : order) total += margin[i];
  std::vector<std::string> classes(n, "C");
  double before = 0;
  for (const std::size_t i : order) {
    if (margin[i] > 0) classes[i] = before < 0.8 * total ? "A" : before < 0.95 * total ? "B" : "C";
    before += margin[i];
  }
  return classes;
}

std::vector<std::string> segment_names(const LevelCustomers& customers) {
  if (customers.segment.empty()) return abc_classes(customers);
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < customers.segment.size(); ++i) {
    const bool named = !customers.segment.is_null(i) && !customers.segment[i].empty();
    names.emplace_back(named ? customers.segment[i] : kNoSegment);
  }
  return names;
}

Result<Customers> group(const LevelCustomers& customers, const RelationshipLevelOptions& options) {
  const std::vector<std::string> names = segment_names(customers);
  std::map<std::string, std::size_t> numbers;
  for (const std::string& name : names) numbers.emplace(name, 0);
  Customers out;
  for (auto& [name, number] : numbers) {
    number = out.names.size();
    out.names.push_back(name);
  }
  out.figures.resize(out.names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    out.segments.push_back(numbers.at(names[i]));
    Segment& segment = out.figures[out.segments.back()];
    ++segment.customers;
    segment.margin += value(customers.margin, row).value_or(0);
    segment.purchases += customers.purchases.empty() ? options.purchases_a_year
                                                     : value(customers.purchases, row).value_or(0);
    if (std::abs(segment.margin) <= 1e300 && segment.purchases <= 1e300) continue;
    return Status::invalid_data(
        "the margins or purchases of segment " + names[i] + " add up to more than can be counted",
        row, "margin");
  }
  return out;
}

// ---------------------------------------------------------------------------- levels

std::array<double, kLevels> gains(const RelationshipLevelOptions& o) {
  return {0, o.gain_reactive, o.gain_accountable, o.gain_proactive, o.gain_partnership};
}

/// Contacts of one customer with so many purchases a year, and their cost.
Terms duties_of(Level level, double purchases, const RelationshipLevelOptions& o) {
  Terms terms;
  if (level == Level::basic) return terms;
  terms.contacts = purchases;
  terms.cost = purchases * (level == Level::reactive ? o.message_cost : o.call_cost);
  if (level == Level::proactive || level == Level::partnership) {
    const auto days =
        static_cast<double>(level == Level::proactive ? o.proactive_days : o.partnership_days);
    terms.contacts += kYearDays / days;
    terms.cost += kYearDays / days * o.call_cost;
  }
  if (level == Level::partnership) {
    terms.contacts += o.visits_a_year;
    terms.cost += o.visits_a_year * o.visit_cost;
  }
  return terms;
}

/// The margin at which a level of the mean customer just pays; 0 costs are paid by any.
double break_even(Level level, double purchases, const RelationshipLevelOptions& o) {
  const double cost = duties_of(level, purchases, o).cost;
  const double gain = gains(o)[static_cast<std::size_t>(level)];
  if (cost == 0) return 0;
  return gain > 0 ? std::min(cost / gain, 1e300) : 1e300;
}

void choose(Segment& s, const RelationshipLevelOptions& o) {
  const auto n = static_cast<double>(s.customers);
  for (std::size_t k = 0; k < kLevels; ++k) {
    const Terms each = duties_of(static_cast<Level>(k), s.purchases / n, o);
    s.terms[k] = {n * each.contacts, n * each.cost, gains(o)[k] * s.margin};
    if (s.terms[k].returns() > s.terms[s.best].returns()) s.best = k;
  }
  s.low_margin = o.low_margin.value_or(break_even(Level::accountable, s.purchases / n, o));
  s.high_margin = o.high_margin.value_or(
      std::max(s.low_margin, break_even(Level::partnership, s.purchases / n, o)));
  s.margin_class = s.margin_mean() >= s.high_margin ? 2 : s.margin_mean() < s.low_margin ? 0 : 1;
  s.number_class = s.customers <= o.few_customers ? 0 : s.customers >= o.many_customers ? 2 : 1;
  s.level = o.method == LevelMethod::best_return
                ? s.best
                : static_cast<std::size_t>(level_of_matrix(static_cast<int>(s.margin_class),
                                                           static_cast<int>(s.number_class)));
}

std::string reasons_of(const Segment& s, const RelationshipLevelOptions& o) {
  std::string text;
  say(text, s.customers, s.customers == 1 ? " customer" : " customers", " (",
      number_class_words()[s.number_class], "), mean margin ", s.margin_mean(), " a year (",
      margin_class_words()[s.margin_class], ": low below ", s.low_margin, ", high from ",
      s.high_margin, ")");
  const Terms& terms = s.terms[s.level];
  say(text, relationship_level_words()[s.level], " costs ", terms.cost, " and is taken to gain ",
      terms.gain, " a year");
  if (s.best != s.level) {
    say(text, relationship_level_words()[s.best], " would return most: ", s.terms[s.best].returns(),
        " instead of ", terms.returns());
  } else if (o.method == LevelMethod::matrix) {
    say(text, "no other level would return more");
  }
  return text;
}

// ---------------------------------------------------------------------------- duties

Day plus(Day day, std::int64_t days) { return Day{day.days + static_cast<std::int32_t>(days)}; }

/// The contact after the last sale; of a sale in the last year.
Duty after_sale(const Known& k, bool message, Day as_of, const RelationshipLevelOptions& o) {
  Duty duty;
  if (!k.last_order || *k.last_order > as_of || as_of.days - k.last_order->days >= kYearDays) {
    return duty;
  }
  const Day due = plus(*k.last_order, o.after_sale_days);
  duty.after_sale = true;
  duty.kept = k.last_out && (message ? *k.last_out >= *k.last_order : *k.last_out > *k.last_order);
  duty.obliged = duty.kept || due <= as_of;
  if (duty.kept) return duty;
  const bool missed = as_of.days - due.days > kMissedDays;
  if (missed) return duty;
  duty.contact = message ? LevelContact::message : LevelContact::call;
  duty.due_at = due;
  duty.overdue = due <= as_of;
  return duty;
}

/// The call that is due every so many days.
Duty regular(const Known& k, std::int64_t every, Day as_of) {
  Duty duty;
  duty.contact = LevelContact::call;
  std::optional<Day> last = k.last_out;
  if (k.last_order && (!last || *k.last_order > *last)) last = k.last_order;
  if (!last) last = k.first_seen;
  duty.due_at = last ? plus(*last, every) : as_of;
  duty.obliged = true;
  duty.overdue = *duty.due_at <= as_of;
  duty.kept = !duty.overdue;
  return duty;
}

Duty duty_of(Level level, const Known& known, Day as_of, const RelationshipLevelOptions& o) {
  if (level == Level::basic || known.withdrawn) return {};
  Duty sale = after_sale(known, level == Level::reactive, as_of, o);
  if (level == Level::reactive || level == Level::accountable) return sale;
  Duty call =
      regular(known, level == Level::proactive ? o.proactive_days : o.partnership_days, as_of);
  // What is due first comes first; both must be kept.
  if (!sale.due_at || *call.due_at < *sale.due_at) {
    call.kept = call.kept && (!sale.obliged || sale.kept);
    return call;
  }
  sale.obliged = true;
  sale.kept = !sale.overdue && call.kept;
  return sale;
}

std::optional<Day> latest_day(const LevelEvidence& e) {
  std::optional<Day> latest;
  for (const Days* days : {&e.first_seen, &e.last_contact_out, &e.last_order}) {
    for (std::int64_t i = 0; i < days->size(); ++i) {
      if (!days->is_null(i) && (!latest || (*days)[i] > *latest)) latest = (*days)[i];
    }
  }
  return latest;
}

Known known_of(const LevelEvidence& e, std::int64_t row) {
  return {value(e.first_seen, row), value(e.last_contact_out, row), value(e.last_order, row),
          value(e.withdrawn_at, row).has_value()};
}

LevelDuty duty_word(const Duty& duty) {
  if (!duty.after_sale) return LevelDuty::regular_call;
  return duty.contact == LevelContact::message ? LevelDuty::after_sale_message
                                               : LevelDuty::after_sale_call;
}

/// Each customer's duty, and the segments' counts of them; none without evidence.
Result<std::vector<Duty>> duties(const RelationshipLevelInput& input,
                                 const std::vector<std::int64_t>& evidence_rows, Day as_of,
                                 const RelationshipLevelOptions& options, Customers& customers) {
  std::vector<Duty> out(customers.segments.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    Segment& segment = customers.figures[customers.segments[i]];
    const std::int64_t row = evidence_rows[i];
    const LevelEvidence& e = input.evidence;
    const Known known = known_of(e, row);
    out[i] = duty_of(static_cast<Level>(segment.level), known, as_of, options);
    segment.obliged += out[i].obliged;
    segment.kept += out[i].obliged && out[i].kept;
    segment.overdue += out[i].overdue;
  }
  return out;
}

// ---------------------------------------------------------------------------- tables

struct SegmentBuilder {
  TextsBuilder segment, reasons;
  ValuesBuilder<std::int64_t> customers, obliged, kept, overdue;
  ValuesBuilder<double> margin, margin_mean, contacts, cost, gain, returns, best_returns;
  ValuesBuilder<double> share, low, high;
  ValuesBuilder<std::int8_t> margin_class, number_class, level, best;

  void append(const std::string& name, const Segment& s, const RelationshipLevelOptions& o) {
    const Terms& terms = s.terms[s.level];
    segment.append(name);
    customers.append(s.customers);
    margin.append(s.margin);
    margin_mean.append(s.margin_mean());
    margin_class.append(static_cast<std::int8_t>(s.margin_class));
    number_class.append(static_cast<std::int8_t>(s.number_class));
    level.append(static_cast<std::int8_t>(s.level));
    contacts.append(terms.contacts);
    cost.append(terms.cost);
    gain.append(terms.gain);
    returns.append(terms.returns());
    best.append(static_cast<std::int8_t>(s.best));
    best_returns.append(s.terms[s.best].returns());
    reasons.append(reasons_of(s, o));
  }
  void append_kept(const Segment& s, bool known, double z) {
    for (auto* column : {&obliged, &kept, &overdue}) {
      if (!known) column->append_null();
    }
    if (known) {
      obliged.append(s.obliged);
      kept.append(s.kept);
      overdue.append(s.overdue);
    }
    if (!known || s.obliged == 0) {
      for (auto* column : {&share, &low, &high}) column->append_null();
      return;
    }
    const auto n = static_cast<double>(s.obliged);
    const Interval interval = wilson_interval(static_cast<double>(s.kept), n, z);
    share.append(static_cast<double>(s.kept) / n);
    low.append(interval.low);
    high.append(interval.high);
  }
  SegmentLevels finish() {
    return {segment.finish(),
            customers.finish(),
            margin.finish(),
            margin_mean.finish(),
            Labels(margin_class.finish(), margin_class_words()),
            Labels(number_class.finish(), number_class_words()),
            Labels(level.finish(), relationship_level_words()),
            contacts.finish(),
            cost.finish(),
            gain.finish(),
            returns.finish(),
            Labels(best.finish(), relationship_level_words()),
            best_returns.finish(),
            obliged.finish(),
            kept.finish(),
            share.finish(),
            low.finish(),
            high.finish(),
            overdue.finish(),
            reasons.finish()};
  }
};

LevelAlternatives alternatives(const Customers& customers) {
  TextsBuilder segment;
  ValuesBuilder<std::int8_t> level;
  ValuesBuilder<std::uint8_t> chosen;
  ValuesBuilder<double> contacts, cost, gain, returns;
  for (std::size_t s = 0; s < customers.names.size(); ++s) {
    const Segment& figures = customers.figures[s];
    for (std::size_t k = 0; k < kLevels; ++k) {
      segment.append(customers.names[s]);
      level.append(static_cast<std::int8_t>(k));
      chosen.append(static_cast<std::uint8_t>(figures.level == k));
      contacts.append(figures.terms[k].contacts);
      cost.append(figures.terms[k].cost);
      gain.append(figures.terms[k].gain);
      returns.append(figures.terms[k].returns());
    }
  }
  return {segment.finish(), Labels(level.finish(), relationship_level_words()),
          chosen.finish(),  contacts.finish(),
          cost.finish(),    gain.finish(),
          returns.finish()};
}

CustomerLevels customer_rows(const Keys& keys, const Customers& customers,
                             const std::vector<Duty>& duties) {
  TextsBuilder segment;
  ValuesBuilder<std::int8_t> level, contact;
  ValuesBuilder<Day> due;
  ValuesBuilder<std::uint8_t> overdue;
  for (std::size_t i = 0; i < customers.segments.size(); ++i) {
    const std::size_t s = customers.segments[i];
    segment.append(customers.names[s]);
    level.append(static_cast<std::int8_t>(customers.figures[s].level));
    const Duty duty = duties.empty() ? Duty{} : duties[i];
    duty.contact ? contact.append(static_cast<std::int8_t>(*duty.contact)) : contact.append_null();
    duty.due_at ? due.append(*duty.due_at) : due.append_null();
    overdue.append(static_cast<std::uint8_t>(duty.overdue));
  }
  return {keys,
          segment.finish(),
          Labels(level.finish(), relationship_level_words()),
          Labels(contact.finish(), level_contact_words()),
          due.finish(),
          overdue.finish()};
}

std::string work_reasons(const Duty& duty, const Known& known) {
  std::string text;
  if (duty.after_sale && known.last_order) {
    say(text, "bought on ", *known.last_order, " and was not contacted since");
  } else if (known.last_out && (!known.last_order || *known.last_out >= *known.last_order)) {
    say(text, "last contacted on ", *known.last_out);
  } else if (known.last_order) {
    say(text, "last bought on ", *known.last_order, ", not contacted since");
  } else {
    say(text, "never contacted");
  }
  return text;
}

LevelWork work_list(const RelationshipLevelInput& input, const Customers& customers,
                    const std::vector<Duty>& duties, const std::vector<std::int64_t>& evidence_rows,
                    Day as_of) {
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < duties.size(); ++i) {
    if (duties[i].overdue) rows.push_back(static_cast<std::int64_t>(i));
  }
  const auto margin_at = [&](std::int64_t i) {
    return value(input.customers.margin, i).value_or(0);
  };
  const auto due_at = [&](std::int64_t i) { return *duties[static_cast<std::size_t>(i)].due_at; };
  std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    const double ma = margin_at(a);
    const double mb = margin_at(b);
    if (ma != mb) return ma > mb;
    return due_at(a) != due_at(b) ? due_at(a) < due_at(b) : a < b;
  });
  TextsBuilder segment, reasons;
  ValuesBuilder<std::int8_t> level, contact, duties_due;
  ValuesBuilder<Day> due;
  ValuesBuilder<std::int64_t> days;
  ValuesBuilder<double> margin;
  for (const std::int64_t i : rows) {
    const auto at = static_cast<std::size_t>(i);
    const Duty& duty = duties[at];
    const std::size_t s = customers.segments[at];
    const std::int64_t row = evidence_rows[at];
    segment.append(customers.names[s]);
    level.append(static_cast<std::int8_t>(customers.figures[s].level));
    contact.append(static_cast<std::int8_t>(*duty.contact));
    duties_due.append(static_cast<std::int8_t>(duty_word(duty)));
    due.append(*duty.due_at);
    days.append(as_of.days - duty.due_at->days);
    margin.append(margin_at(i));
    reasons.append(work_reasons(duty, known_of(input.evidence, row)));
  }
  return {Keys(input.customers.customer_id.column().take(rows)),
          segment.finish(),
          Labels(level.finish(), relationship_level_words()),
          Labels(contact.finish(), level_contact_words()),
          Labels(duties_due.finish(), level_duty_words()),
          due.finish(),
          days.finish(),
          margin.finish(),
          reasons.finish()};
}

Status check_options(const RelationshipLevelOptions& o) {
  if (o.low_margin && o.high_margin && *o.low_margin > *o.high_margin) {
    return Status(Code::invalid_argument, "option low_margin is above high_margin", -1,
                  "low_margin");
  }
  if (o.few_customers >= o.many_customers) {
    return Status(Code::invalid_argument, "option few_customers must be below many_customers", -1,
                  "few_customers");
  }
  return {};
}

}  // namespace

Result<RelationshipLevels> relationship_level(RelationshipLevelInput& input,
                                              const RelationshipLevelOptions& options,
                                              Context& context) {
  FIDELIA_TRY(check_options(options));
  FIDELIA_TRY(level_customers_table().check(&input.customers, "customers"));
  FIDELIA_TRY(level_evidence_table().check(&input.evidence, "evidence"));
  detail::CustomerNumbers numbers;
  FIDELIA_TRY(numbers.add(input.customers.customer_id, "customers").status());
  const std::int64_t size = numbers.size();
  FIDELIA_ASSIGN(Customers customers, group(input.customers, options));
  for (Segment& segment : customers.figures) choose(segment, options);
  FIDELIA_TRY(context.check());

  const bool known = !input.evidence.customer_id.empty();
  const Day as_of = options.as_of ? *options.as_of : latest_day(input.evidence).value_or(Day{0});
  std::vector<Duty> all;
  std::vector<std::int64_t> evidence_rows;
  if (known) {
    FIDELIA_ASSIGN(const auto rows, numbers.add(input.evidence.customer_id, "evidence"));
    evidence_rows = detail::rows_by_number(rows, size);
    FIDELIA_ASSIGN(all, duties(input, evidence_rows, as_of, options, customers));
  }
  const double z = normal_bound(options.level);
  SegmentBuilder segments;
  for (std::size_t s = 0; s < customers.names.size(); ++s) {
    segments.append(customers.names[s], customers.figures[s], options);
    segments.append_kept(customers.figures[s], known, z);
  }
  RelationshipLevels out;
  out.segments = segments.finish();
  out.alternatives = alternatives(customers);
  out.customers = customer_rows(input.customers.customer_id, customers, all);
  out.work = work_list(input, customers, all, evidence_rows, as_of);
  return out;
}

}  // namespace fidelia
