// SPDX-License-Identifier: Apache-2.0
#include "fidelia/simulation/company.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "src/core/try.h"
#include "src/simulation/life.h"
#include "src/simulation/orders.h"
#include "src/simulation/plan.h"
#include "src/simulation/profile.h"

namespace fidelia {
namespace {

using Memory = std::shared_ptr<std::pmr::memory_resource>;

/// Builders of the typed views. `Key` columns are texts.
struct LabelsBuilder : ValuesBuilder<std::int8_t> {
  LabelsBuilder(const Memory& memory, std::span<const std::string_view> words)
      : ValuesBuilder<std::int8_t>(memory), words_(words) {}
  template <class E>
  void add(E word) {
    append(static_cast<std::int8_t>(word));
  }
  Labels finish() { return Labels(ValuesBuilder<std::int8_t>::finish(), words_); }

 private:
  std::span<const std::string_view> words_;
};

Keys keys_of(TextsBuilder& builder) { return Keys(builder.finish().column()); }

/// "O0000001-12": a party's digits and the fact's place among the party's own.
class FactId {
 public:
  FactId(char kind, const std::string& party) : text_(party) {
    text_[0] = kind;
    text_ += '-';
    length_ = text_.size();
  }
  std::string_view at(std::size_t index) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, index + 1).ptr;
    text_.resize(length_);
    text_.append(digits, end);
    return text_;
  }

 private:
  std::string text_;
  std::size_t length_;
};

template <class T>
void append_if(ValuesBuilder<T>& builder, bool there, T value) {
  there ? builder.append(value) : builder.append_null();
}

/// One party with all that happened to it.
struct PartyHistory {
  detail::Profile profile;
  std::int64_t referrer = -1;
  std::string id;
  detail::Purchases purchases;
  detail::OrderBook book;
  detail::Relationship relationship;
};

class PartiesWriter {
 public:
  explicit PartiesWriter(const Memory& memory)
      : id_(memory),
        kind_(memory, party_kind_words()),
        roles_(memory),
        region_(memory),
        size_(memory, party_size_words()),
        culture_(memory),
        household_(memory),
        birth_(memory),
        seen_(memory),
        incentive_(memory, incentive_words()),
        name_id_(memory),
        name_(memory),
        city_(memory) {}

  void add(const detail::Plan& plan, const PartyHistory& party) {
    const detail::Profile& profile = party.profile;
    id_.append(party.id);
    kind_.add(profile.person() ? PartyKind::person : PartyKind::organisation);
    roles_.append(roles(party));
    region_.append(detail::kRegionWords[static_cast<std::size_t>(profile.region)]);
    if (profile.person()) {
      size_.append_null();
    } else {
      size_.append(static_cast<std::int8_t>(static_cast<int>(profile.segment) - 2));
    }
    culture_.append(detail::kCultureWords[static_cast<std::size_t>(profile.culture)]);
    if (profile.household >= 0) {
      std::string household = detail::party_id(profile.household);
      household[0] = 'H';
      household_.append(household);
    } else {
      household_.append_null();
    }
    append_if(birth_, profile.birth > 0, Day{plan.start.days - profile.birth});
    seen_.append(Day{plan.start.days + profile.seen});
    incentive_.add(profile.incentive);
    name_id_.append(party.id);
    name_.append(detail::party_name(plan, profile));
    city_.append(detail::party_city(plan, profile));
  }

  void finish(Company& company) {
    company.parties.party_id = keys_of(id_);
    company.parties.kind = kind_.finish();
    company.parties.roles = roles_.finish();
    company.parties.region = region_.finish();
    company.parties.size = size_.finish();
    company.parties.culture = culture_.finish();
    company.parties.household_id = keys_of(household_);
    company.parties.birth_date = birth_.finish();
    company.parties.first_seen = seen_.finish();
    company.parties.incentive = incentive_.finish();
    company.party_names.party_id = keys_of(name_id_);
    company.party_names.name = name_.finish();
    company.party_names.city = city_.finish();
  }

 private:
  static std::string_view roles(const PartyHistory& party) {
    const bool bought = party.book.purchases > 0;
    if (!party.profile.person()) return bought ? "buyer|distributor" : "potential_buyer";
    if (bought) return party.profile.consumes ? "buyer|consumer" : "buyer";
    return party.profile.consumes ? "potential_buyer" : "consumer";
  }

  TextsBuilder id_;
  LabelsBuilder kind_;
  TextsBuilder roles_;
  TextsBuilder region_;
  LabelsBuilder size_;
  TextsBuilder culture_;
  TextsBuilder household_;
  ValuesBuilder<Day> birth_;
  ValuesBuilder<Day> seen_;
  LabelsBuilder incentive_;
  TextsBuilder name_id_;
  TextsBuilder name_;
  TextsBuilder city_;
};

class OrdersWriter {
 public:
  explicit OrdersWriter(const Memory& memory)
      : id_(memory),
        customer_(memory),
        at_(memory),
        amount_(memory),
        cost_(memory),
        channel_(memory),
        currency_(memory),
        status_(memory, order_status_words()),
        promised_(memory),
        delivered_(memory),
        returns_(memory),
        line_order_(memory),
        line_(memory),
        product_(memory),
        quantity_(memory),
        line_amount_(memory),
        line_cost_(memory) {}

  void add(const detail::Plan& plan, const PartyHistory& party) {
    FactId id('O', party.id);
    const bool foreign = detail::pays_foreign(plan, party.profile);
    const std::string& currency = foreign ? plan.foreign.code : plan.currency.code;
    for (std::size_t i = 0; i < party.book.rows.size(); ++i) {
      const detail::OrderRow& row = party.book.rows[i];
      id_.append(id.at(i));
      customer_.append(party.id);
      at_.append(row.at);
      amount_.append(row.amount);
      cost_.append(row.cost);
      channel_.append(row.channel);
      currency.empty() ? currency_.append_null() : currency_.append(currency);
      status_.add(row.status);
      append_if(promised_, row.promised >= 0, Day{plan.start.days + row.promised});
      append_if(delivered_, row.delivered >= 0, Day{plan.start.days + row.delivered});
      if (row.returned >= 0) {
        returns_.append(id.at(static_cast<std::size_t>(row.returned)));
      } else {
        returns_.append_null();
      }
      add_lines(party, row, id.at(i));
    }
  }

  void finish(int scale, Company& company) {
    Orders& orders = company.orders;
    orders.order_id = keys_of(id_);
    orders.customer_id = keys_of(customer_);
    orders.ordered_at = Times(at_.finish());
    orders.amount = Amounts(amount_.finish(), scale);
    orders.cost = Amounts(cost_.finish(), scale);
    orders.channel = channel_.finish();
    orders.currency = currency_.finish();
    orders.status = status_.finish();
    orders.promised_at = promised_.finish();
    orders.delivered_at = delivered_.finish();
    orders.returns_order_id = keys_of(returns_);
    OrderLines& lines = company.order_lines;
    lines.order_id = keys_of(line_order_);
    lines.line = keys_of(line_);
    lines.product_id = keys_of(product_);
    lines.quantity = quantity_.finish();
    lines.amount = Amounts(line_amount_.finish(), scale);
    lines.cost = Amounts(line_cost_.finish(), scale);
  }

 private:
  void add_lines(const PartyHistory& party, const detail::OrderRow& row, std::string_view id) {
    for (std::size_t i = 0; i < row.lines; ++i) {
      const detail::LineRow& line = party.book.lines[row.first_line + i];
      line_order_.append(id);
      line_.append(std::to_string(i + 1));
      const char product[] = {'P', static_cast<char>('1' + line.product / 10),
                              static_cast<char>('0' + line.product % 10)};
      product_.append(std::string_view(product, sizeof product));
      quantity_.append(static_cast<double>(line.quantity));
      line_amount_.append(line.amount);
      line_cost_.append(line.cost);
    }
  }

  TextsBuilder id_;
  TextsBuilder customer_;
  ValuesBuilder<std::int64_t> at_;
  ValuesBuilder<std::int64_t> amount_;
  ValuesBuilder<std::int64_t> cost_;
  TextsBuilder channel_;
  TextsBuilder currency_;
  LabelsBuilder status_;
  ValuesBuilder<Day> promised_;
  ValuesBuilder<Day> delivered_;
  TextsBuilder returns_;
  TextsBuilder line_order_;
  TextsBuilder line_;
  TextsBuilder product_;
  ValuesBuilder<double> quantity_;
  ValuesBuilder<std::int64_t> line_amount_;
  ValuesBuilder<std::int64_t> line_cost_;
};

class ContactsWriter {
 public:
  explicit ContactsWriter(const Memory& memory)
      : id_(memory),
        customer_(memory),
        at_(memory),
        channel_(memory),
        direction_(memory, direction_words()),
        purpose_(memory, contact_purpose_words()),
        outcome_(memory, contact_outcome_words()),
        cost_(memory) {}

  void add(const detail::Plan& plan, const PartyHistory& party) {
    // Thousandths of a major unit, by channel: email, phone, mail, visit, chat, message.
    static constexpr std::array<std::int64_t, 6> kCost = {20, 4000, 900, 60000, 1500, 50};
    FactId id('K', party.id);
    const auto& contacts = party.relationship.contacts;
    for (std::size_t i = 0; i < contacts.size(); ++i) {
      const detail::ContactEvent& event = contacts[i];
      id_.append(id.at(i));
      customer_.append(party.id);
      at_.append(event.at);
      channel_.append(detail::channel_word(event.channel));
      direction_.add(event.direction);
      purpose_.add(event.purpose);
      outcome_.add(event.outcome);
      const double minor = static_cast<double>(kCost[static_cast<std::size_t>(event.channel)]) /
                           1000 * scale_factor(plan.scale);
      cost_.append(static_cast<std::int64_t>(minor + 0.5));
    }
  }

  void finish(int scale, Company& company) {
    company.contacts.contact_id = keys_of(id_);
    company.contacts.customer_id = keys_of(customer_);
    company.contacts.contacted_at = Times(at_.finish());
    company.contacts.channel = channel_.finish();
    company.contacts.direction = direction_.finish();
    company.contacts.purpose = purpose_.finish();
    company.contacts.outcome = outcome_.finish();
    company.contacts.cost = Amounts(cost_.finish(), scale);
  }

 private:
  TextsBuilder id_;
  TextsBuilder customer_;
  ValuesBuilder<std::int64_t> at_;
  TextsBuilder channel_;
  LabelsBuilder direction_;
  LabelsBuilder purpose_;
  LabelsBuilder outcome_;
  ValuesBuilder<std::int64_t> cost_;
};

class SayingsWriter {
 public:
  explicit SayingsWriter(const Memory& memory)
      : consent_id_(memory),
        consent_customer_(memory),
        given_at_(memory),
        channel_(memory),
        purpose_(memory),
        state_(memory, consent_state_words()),
        evidence_(memory),
        answer_id_(memory),
        answer_customer_(memory),
        answered_at_(memory),
        question_(memory),
        value_(memory),
        text_(memory) {}

  void add(const PartyHistory& party) {
    FactId consent_id('S', party.id);
    const auto& consents = party.relationship.consents;
    for (std::size_t i = 0; i < consents.size(); ++i) {
      const detail::ConsentEvent& event = consents[i];
      consent_id_.append(consent_id.at(i));
      consent_customer_.append(party.id);
      given_at_.append(event.at);
      channel_.append(detail::channel_word(event.channel));
      purpose_.append(contact_purpose_words()[static_cast<std::size_t>(event.purpose)]);
      state_.add(event.state);
      evidence_.append(event.evidence);
    }
    FactId answer_id('A', party.id);
    const auto& answers = party.relationship.answers;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const detail::AnswerEvent& event = answers[i];
      answer_id_.append(answer_id.at(i));
      answer_customer_.append(party.id);
      answered_at_.append(event.at);
      question_.append(event.question);
      append_if(value_, event.value >= 0, event.value);
      event.text.empty() ? text_.append_null() : text_.append(event.text);
    }
  }

  void finish(Company& company) {
    company.consents.consent_id = keys_of(consent_id_);
    company.consents.customer_id = keys_of(consent_customer_);
    company.consents.given_at = Times(given_at_.finish());
    company.consents.channel = channel_.finish();
    company.consents.purpose = purpose_.finish();
    company.consents.state = state_.finish();
    company.consents.evidence = evidence_.finish();
    company.answers.answer_id = keys_of(answer_id_);
    company.answers.customer_id = keys_of(answer_customer_);
    company.answers.answered_at = Times(answered_at_.finish());
    company.answers.question = question_.finish();
    company.answers.value = value_.finish();
    company.answers.text = text_.finish();
  }

 private:
  TextsBuilder consent_id_;
  TextsBuilder consent_customer_;
  ValuesBuilder<std::int64_t> given_at_;
  TextsBuilder channel_;
  TextsBuilder purpose_;
  LabelsBuilder state_;
  TextsBuilder evidence_;
  TextsBuilder answer_id_;
  TextsBuilder answer_customer_;
  ValuesBuilder<std::int64_t> answered_at_;
  TextsBuilder question_;
  ValuesBuilder<double> value_;
  TextsBuilder text_;
};

class TruthWriter {
 public:
  explicit TruthWriter(const Memory& memory)
      : id_(memory),
        segment_(memory, market_segment_words()),
        buyer_(memory),
        rate_(memory),
        dropout_(memory),
        spend_(memory),
        attachment_(memory),
        advocacy_(memory),
        first_(memory),
        purchases_(memory),
        alive_(memory),
        died_(memory),
        stage_(memory, true_stage_words()),
        highest_(memory, true_stage_words()),
        complaints_(memory),
        referrals_(memory),
        referred_by_(memory),
        expected_(memory),
        future_(memory),
        future_spend_(memory) {}

  void add(const detail::Plan& plan, const PartyHistory& party) {
    const detail::Profile& profile = party.profile;
    const bool bought = party.book.purchases > 0;
    const bool alive = bought && party.purchases.lost >= plan.weeks();
    id_.append(party.id);
    segment_.add(profile.segment);
    buyer_.append(profile.buyer ? 1 : 0);
    append_if(rate_, profile.buyer, profile.purchase_rate);
    append_if(dropout_, profile.buyer, profile.dropout_probability);
    append_if(spend_, profile.buyer, profile.buyer ? profile.spend_mean() : 0);
    attachment_.append(profile.attachment);
    advocacy_.append(profile.buyer ? profile.referral_rate() * detail::kFutureWeeks : 0);
    const auto day = [&](double weeks) { return Day{plan.start.days + detail::day_at(weeks)}; };
    append_if(first_, bought, bought ? day(party.purchases.all.front().weeks) : Day{});
    purchases_.append(party.book.purchases);
    append_if<std::uint8_t>(alive_, bought, alive ? 1 : 0);
    append_if(died_, bought && !alive, bought && !alive ? day(party.purchases.lost) : Day{});
    add_stages(party, alive);
    complaints_.append(party.relationship.complaints);
    referrals_.append(party.relationship.referrals);
    if (party.referrer >= 0) {
      referred_by_.append(detail::party_id(party.referrer));
    } else {
      referred_by_.append_null();
    }
    expected_.append(bought && !alive ? 0 : detail::expected_purchases(plan, profile, bought));
    future_.append(party.book.future_purchases);
    future_spend_.append(party.book.future_spend);
  }

  void finish(int scale, Company& company) {
    CompanyTruth& truth = company.truth;
    truth.party_id = keys_of(id_);
    truth.segment = segment_.finish();
    truth.buyer = buyer_.finish();
    truth.purchase_rate = rate_.finish();
    truth.dropout_probability = dropout_.finish();
    truth.spend_mean = spend_.finish();
    truth.attachment = attachment_.finish();
    truth.advocacy = advocacy_.finish();
    truth.first_purchase = first_.finish();
    truth.purchases = purchases_.finish();
    truth.alive = alive_.finish();
    truth.died_at = died_.finish();
    truth.stage = stage_.finish();
    truth.highest_stage = highest_.finish();
    truth.complaints = complaints_.finish();
    truth.referrals = referrals_.finish();
    truth.referred_by = keys_of(referred_by_);
    truth.expected_purchases = expected_.finish();
    truth.future_purchases = future_.finish();
    truth.future_spend = Amounts(future_spend_.finish(), scale);
  }

 private:
  void add_stages(const PartyHistory& party, bool alive) {
    const detail::Relationship& relationship = party.relationship;
    const bool loyal = party.book.purchases >= 3 && party.profile.attached();
    // An answer is leave to go on talking, unless leave was withdrawn.
    const bool answered = !relationship.answers.empty();
    const bool permitted = relationship.permitted || (answered && !relationship.ever_permitted);
    const auto listening = [](bool heard) {
      return heard ? TrueStage::permission : TrueStage::attention;
    };
    const auto buying = loyal ? TrueStage::loyalty : TrueStage::participation;
    stage_.add(alive ? buying : listening(permitted));
    highest_.add(party.book.purchases > 0 ? buying
                                          : listening(answered || relationship.ever_permitted));
  }

  TextsBuilder id_;
  LabelsBuilder segment_;
  ValuesBuilder<std::uint8_t> buyer_;
  ValuesBuilder<double> rate_;
  ValuesBuilder<double> dropout_;
  ValuesBuilder<double> spend_;
  ValuesBuilder<double> attachment_;
  ValuesBuilder<double> advocacy_;
  ValuesBuilder<Day> first_;
  ValuesBuilder<std::int64_t> purchases_;
  ValuesBuilder<std::uint8_t> alive_;
  ValuesBuilder<Day> died_;
  LabelsBuilder stage_;
  LabelsBuilder highest_;
  ValuesBuilder<std::int64_t> complaints_;
  ValuesBuilder<std::int64_t> referrals_;
  TextsBuilder referred_by_;
  ValuesBuilder<double> expected_;
  ValuesBuilder<std::int64_t> future_;
  ValuesBuilder<std::int64_t> future_spend_;
};

ExchangeRates rates_table(const detail::Plan& plan, const Memory& memory, bool wanted) {
  TextsBuilder from(memory);
  TextsBuilder to(memory);
  ValuesBuilder<Day> day(memory);
  ValuesBuilder<double> value(memory);
  for (std::size_t i = 0; wanted && i < plan.rates.size(); ++i) {
    for (std::size_t k = 0; k < plan.rates[i].days.size(); ++k) {
      from.append(plan.rates[i].from);
      to.append(plan.currency.code);
      day.append(plan.rates[i].days[k]);
      value.append(plan.rates[i].rates[k]);
    }
  }
  ExchangeRates table;
  table.from_currency = from.finish();
  table.to_currency = to.finish();
  table.rated_at = day.finish();
  table.rate = value.finish();
  return table;
}

class CompanyWriter {
 public:
  explicit CompanyWriter(const Memory& memory)
      : memory_(memory),
        parties_(memory),
        orders_(memory),
        contacts_(memory),
        sayings_(memory),
        truth_(memory) {}

  void add(const detail::Plan& plan, std::int64_t number) {
    party_.profile = detail::draw_profile(plan, number);
    party_.referrer = detail::draw_referrer(plan, party_.profile);
    party_.id = detail::party_id(number);
    detail::draw_purchases(plan, party_.profile, party_.purchases);
    detail::draw_orders(plan, party_.profile, party_.purchases, party_.book);
    detail::draw_relationship(plan, party_.profile, party_.purchases, party_.referrer,
                              party_.relationship);
    parties_.add(plan, party_);
    orders_.add(plan, party_);
    contacts_.add(plan, party_);
    sayings_.add(party_);
    truth_.add(plan, party_);
  }

  Company finish(const detail::Plan& plan, bool with_rates) {
    Company company;
    parties_.finish(company);
    orders_.finish(plan.scale, company);
    contacts_.finish(plan.scale, company);
    sayings_.finish(company);
    truth_.finish(plan.scale, company);
    company.exchange_rates = rates_table(plan, memory_, with_rates);
    return company;
  }

 private:
  Memory memory_;
  PartyHistory party_;
  PartiesWriter parties_;
  OrdersWriter orders_;
  ContactsWriter contacts_;
  SayingsWriter sayings_;
  TruthWriter truth_;
};

Status check_batch(std::int64_t first, std::int64_t count, std::int64_t customers) {
  if (first >= 0 && count >= 0 && first <= customers && count <= customers - first) return {};
  return Status::invalid_argument("parties " + std::to_string(first) + " and " +
                                  std::to_string(count) + " that follow are asked for; there are " +
                                  std::to_string(customers));
}

constexpr std::int64_t kBetweenChecks = 256;

}  // namespace

std::span<const std::string_view> market_segment_words() noexcept {
  static constexpr std::array<std::string_view, 5> kWords = {
      "occasional_persons", "regular_persons", "small_organisations", "medium_organisations",
      "large_organisations"};
  return kWords;
}

std::span<const std::string_view> true_stage_words() noexcept {
  static constexpr std::array<std::string_view, 4> kWords = {"attention", "permission",
                                                             "participation", "loyalty"};
  return kWords;
}

CompanySimulator::CompanySimulator(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

Result<CompanySimulator> CompanySimulator::make(const CompanyOptions& options) {
  FIDELIA_ASSIGN(auto plan, detail::make_plan(options));
  return CompanySimulator(std::move(plan));
}

std::int64_t CompanySimulator::customers() const noexcept { return plan_->options.customers; }
Day CompanySimulator::first_day() const noexcept { return plan_->start; }
Day CompanySimulator::last_day() const noexcept { return plan_->last_day(); }

Result<Company> CompanySimulator::batch(std::int64_t first, std::int64_t count,
                                        const Context& context) const {
  FIDELIA_TRY(check_batch(first, count, customers()));
  CompanyWriter writer(context.shared_memory());
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % kBetweenChecks == 0) FIDELIA_TRY(context.check());
    writer.add(*plan_, first + i);
  }
  return writer.finish(*plan_, first == 0);
}

Result<Company> simulate_company(NoInput&, const CompanyOptions& options, Context& context) {
  FIDELIA_ASSIGN(const auto plan, detail::make_plan(options));
  const std::int64_t first = options.first;
  const std::int64_t count =
      options.count.value_or(std::max<std::int64_t>(0, options.customers - first));
  FIDELIA_TRY(check_batch(first, count, options.customers));
  CompanyWriter writer(context.shared_memory());
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % kBetweenChecks == 0) {
      FIDELIA_TRY(context.progress(static_cast<double>(i) / static_cast<double>(count),
                                   "simulate the company"));
    }
    writer.add(*plan, first + i);
  }
  return writer.finish(*plan, first == 0);
}

const OptionsSpec<CompanyOptions>& company_options() {
  using O = CompanyOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("customers", &O::customers,
                  {.help = "Parties, buyers or not.", .min = 0, .max = 1e9})
          .option("years", &O::years,
                  {.help = "Length of the records.", .unit = "years", .min = 1, .max = 50})
          .option("seed", &O::seed, {.help = "Another seed, another company."})
          .option("start", &O::start, {.help = "First day; 2021-01-01 without."})
          .option("currency", &O::currency, {.help = "ISO 4217 code of the company's currency."})
          .option("foreign_currency", &O::foreign_currency,
                  {.help = "Currency that the region overseas pays in; empty: the same."})
          .option("business_share", &O::business_share,
                  {.help = "Organisations among the parties.", .min = 0, .max = 1})
          .option("prospect_share", &O::prospect_share,
                  {.help = "Parties that never buy.", .min = 0, .max = 1})
          .option("refund_share", &O::refund_share,
                  {.help = "Orders sent back or credited, wholly or partly.", .min = 0, .max = 1})
          .option("late_share", &O::late_share,
                  {.help = "Orders that arrive later than promised.", .min = 0, .max = 1})
          .option("first", &O::first, {.help = "First party of the batch, from 0.", .min = 0})
          .option("count", &O::count,
                  {.help = "Parties of the batch; all that follow without.", .min = 0}));
  return spec;
}

const TableSpec<CompanyTruth>& company_truth_table() {
  using T = CompanyTruth;
  static const auto& spec = *new TableSpec<T>(
      TableSpec<T>("What caused the facts of an artificial company: one row a party.")
          .column("party_id", &T::party_id, {.help = "The party."})
          .column("segment", &T::segment,
                  {.help = "Market segment.", .words = market_segment_words()})
          .column("buyer", &T::buyer, {.help = "False for who never buys."})
          .column("purchase_rate", &T::purchase_rate,
                  {.help = "While alive.", .unit = "1/week", .nullable = true})
          .column(
              "dropout_probability", &T::dropout_probability,
              {.help = "Chance of loss after a repeat purchase that went well.", .nullable = true})
          .column("spend_mean", &T::spend_mean,
                  {.help = "Expected amount of an order.", .unit = "currency", .nullable = true})
          .column("attachment", &T::attachment, {.help = "To the company, 0 to 1."})
          .column("advocacy", &T::advocacy,
                  {.help = "Expected referrals in 52 weeks of loyalty.", .unit = "1/52 weeks"})
          .column("first_purchase", &T::first_purchase,
                  {.help = "Null when not by the last day.", .nullable = true})
          .column("purchases", &T::purchases, {.help = "By the last day."})
          .column("alive", &T::alive,
                  {.help = "Would buy again; null without a purchase.", .nullable = true})
          .column("died_at", &T::died_at,
                  {.help = "Day of the purchase that was the last.", .nullable = true})
          .column("stage", &T::stage,
                  {.help = "At the end of the last day.", .words = true_stage_words()})
          .column("highest_stage", &T::highest_stage,
                  {.help = "The furthest ever reached.", .words = true_stage_words()})
          .column("complaints", &T::complaints, {.help = "Made by the last day."})
          .column("referrals", &T::referrals, {.help = "Made by the last day."})
          .column("referred_by", &T::referred_by,
                  {.help = "Party that brought this one.", .nullable = true})
          .column("expected_purchases", &T::expected_purchases,
                  {.help = "In the 52 weeks after the last day, given all this."})
          .column("future_purchases", &T::future_purchases,
                  {.help = "In the 52 weeks after the last day, as it came out."})
          .column("future_spend", &T::future_spend,
                  {.help = "What those came to.", .unit = "currency"}));
  return spec;
}

Entry company_entry() {
  return FunctionEntry(EntryKind::simulation, "simulate_company",
                       "An artificial company with known truth: sample data of every kind of fact.",
                       &simulate_company)
      .output("parties", &Company::parties, parties_table())
      .output("party_names", &Company::party_names, party_names_table())
      .output("orders", &Company::orders, orders_table())
      .output("order_lines", &Company::order_lines, order_lines_table())
      .output("contacts", &Company::contacts, contacts_table())
      .output("consents", &Company::consents, consents_table())
      .output("answers", &Company::answers, answers_table())
      .output("exchange_rates", &Company::exchange_rates, exchange_rates_table())
      .output("truth", &Company::truth, company_truth_table())
      .options(company_options())
      .detail(
          "Purchases follow BG/NBD, amounts Gamma-Gamma, in five market segments; late deliveries, "
          "complaints, consents, answers and referrals follow from each party's attachment. The "
          "same "
          "bits on every machine and for any batches: first and count choose the parties.");
}

}  // namespace fidelia
