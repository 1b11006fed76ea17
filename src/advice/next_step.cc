// SPDX-License-Identifier: Apache-2.0
#include "fidelia/advice/next_step.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/advice/candidate.h"
#include "src/advice/customer_view.h"
#include "src/advice/explain.h"
#include "src/advice/schedule.h"
#include "src/advice/steps.h"
#include "src/core/try.h"
#include "src/stage/columns.h"

namespace fidelia {
namespace {

using advice::Alone;
using advice::Bid;
using advice::Candidate;
using advice::Capacity;
using advice::CustomerView;
using advice::Explainer;
using advice::Factors;
using advice::kScarceMeans;
using advice::Means;
using advice::StepRules;
using E = RelationshipEvidence;

constexpr std::int64_t kChunk = 16384;

/// Calls work(begin, end) for pieces of the rows that do not depend on the threads.
template <class Work>
void for_rows(std::int64_t size, Context& context, Work work) {
  context.run((size + kChunk - 1) / kChunk,
              [&](std::int64_t c) { work(c, c * kChunk, std::min(size, (c + 1) * kChunk)); });
}

bool better(const Candidate& a, const Candidate& b) {
  return a.owed != b.owed ? a.owed : a.gain > b.gain;
}

/// The best of the candidates that `wanted` lets through; of equals the first. leave_alone where
/// none gains anything, with the one that came nearest.
template <class Wanted>
Candidate best_of(std::span<const Candidate> candidates, Wanted wanted) {
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates) {
    if (wanted(candidate) && (best == nullptr || better(candidate, *best))) best = &candidate;
  }
  if (best != nullptr && (best->gain > 0 || best->owed)) return *best;
  Candidate alone;
  if (best == nullptr) return alone;
  alone.alone = Alone::no_gain;
  alone.rejected = best->step;
  alone.rejected_means = best->means;
  alone.rejected_gain = best->gain;
  return alone;
}

/// The steps of all customers.
class Planner {
 public:
  Planner(const CustomerView& view, const StepRules& rules, const NextStepOptions& options,
          Day as_of)
      : view_(view),
        rules_(rules),
        capacity_{{options.messages_per_week, options.calls_per_week, options.visits_per_week},
                  static_cast<std::int32_t>(options.capacity_weeks)},
        as_of_(as_of) {}

  std::vector<Candidate> plan(std::int64_t size, Context& context);

 private:
  void choose(std::int64_t i, std::vector<Candidate>& scratch);
  void offer(std::int64_t i, std::span<const Candidate> candidates, std::vector<Candidate>& wishes);
  void book();
  void refuse(std::int64_t i);

  const CustomerView& view_;
  const StepRules& rules_;
  Capacity capacity_;
  Day as_of_;
  std::vector<Candidate> all_;  ///< What each customer has without scarce means; then the advice.
  std::vector<std::vector<Candidate>> wishes_;  ///< By scarce means, better than that.
};

/// The best for each scarce means, as far as it is better than what can be had without.
void Planner::offer(std::int64_t i, std::span<const Candidate> candidates,
                    std::vector<Candidate>& wishes) {
  const Candidate& free = all_[static_cast<std::size_t>(i)];
  for (std::size_t m = 0; m < kScarceMeans; ++m) {
    const auto means = static_cast<Means>(m);
    if (!capacity_.scarce(means)) continue;
    Candidate wish = best_of(candidates, [&](const Candidate& c) { return c.means == means; });
    if (wish.step != Step::leave_alone && better(wish, free)) wishes.push_back(wish);
  }
}

void Planner::choose(std::int64_t i, std::vector<Candidate>& scratch) {
  const advice::Customer customer = view_.look(i);
  scratch.clear();
  rules_.propose(customer, scratch);
  Candidate& own = all_[static_cast<std::size_t>(i)];
  const auto any = [](const Candidate&) { return true; };
  if (!capacity_.any()) {
    own = best_of(scratch, any);
  } else {
    auto& wishes = wishes_[static_cast<std::size_t>(i)];
    own = best_of(scratch, [&](const Candidate& c) { return !capacity_.scarce(c.means); });
    offer(i, scratch, wishes);
    if (wishes.empty() && own.step == Step::leave_alone) own = best_of(scratch, any);
  }
  if (scratch.empty() && rules_.complaint_due(customer)) own.alone = Alone::complaint;
}

/// The largest wish of a customer that found no room is what capacity cost.
void Planner::refuse(std::int64_t i) {
  Candidate& own = all_[static_cast<std::size_t>(i)];
  const auto& wishes = wishes_[static_cast<std::size_t>(i)];
  const Candidate missed = best_of(wishes, [](const Candidate&) { return true; });
  own.alone = Alone::capacity;
  own.rejected = missed.step;
  own.rejected_means = missed.means;
  own.rejected_gain = missed.gain;
}

void Planner::book() {
  std::vector<Bid> bids;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Candidate& free = all_[i];
    for (std::size_t k = 0; k < wishes_[i].size(); ++k) {
      const Candidate& wish = wishes_[i][k];
      bids.push_back({static_cast<std::int64_t>(i), wish.means, wish.week, wish.gain - free.gain,
                      wish.owed && !free.owed, static_cast<std::int64_t>(k)});
    }
  }
  for (const advice::Booking& booking :
       advice::schedule(bids, capacity_, static_cast<std::int64_t>(all_.size()))) {
    const Bid& bid = bids[static_cast<std::size_t>(booking.bid)];
    const auto i = static_cast<std::size_t>(bid.customer);
    all_[i] = wishes_[i][static_cast<std::size_t>(bid.candidate)];
    wishes_[i].clear();
    if (booking.week <= bid.week) continue;
    all_[i].wanted = all_[i].due;
    all_[i].due =
        advice::working_day(std::int64_t{as_of_.days} + 1 + 7 * std::int64_t{booking.week});
  }
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!wishes_[i].empty()) refuse(static_cast<std::int64_t>(i));
  }
}

std::vector<Candidate> Planner::plan(std::int64_t size, Context& context) {
  all_.resize(static_cast<std::size_t>(size));
  if (capacity_.any()) wishes_.resize(static_cast<std::size_t>(size));
  for_rows(size, context, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    std::vector<Candidate> scratch;
    for (std::int64_t i = begin; i < end; ++i) choose(i, scratch);
  });
  if (capacity_.any()) book();
  return std::move(all_);
}

// ---------------------------------------------------------------------------- the tables

struct Chunk {
  std::string text;
  std::vector<std::size_t> ends;
};

std::vector<Chunk> explain_all(const Explainer& explainer, const std::vector<Candidate>& all,
                               Context& context) {
  const auto size = static_cast<std::int64_t>(all.size());
  std::vector<Chunk> chunks(static_cast<std::size_t>((size + kChunk - 1) / kChunk));
  for_rows(size, context, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    Chunk& chunk = chunks[static_cast<std::size_t>(c)];
    for (std::int64_t i = begin; i < end; ++i) {
      chunk.text += explainer.explain(i, all[static_cast<std::size_t>(i)]);
      chunk.ends.push_back(chunk.text.size());
    }
  });
  return chunks;
}

/// Customers by gain, those left alone behind in their own order.
std::vector<std::int64_t> order_of(const std::vector<Candidate>& all) {
  std::vector<std::int64_t> order;
  std::vector<std::int64_t> rest;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(all.size()); ++i) {
    const bool left = all[static_cast<std::size_t>(i)].step == Step::leave_alone;
    (left ? rest : order).push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const double gain_a = all[static_cast<std::size_t>(a)].gain;
    const double gain_b = all[static_cast<std::size_t>(b)].gain;
    return gain_a != gain_b ? gain_a > gain_b : a < b;
  });
  order.insert(order.end(), rest.begin(), rest.end());
  return order;
}

Texts texts_of(const std::vector<Chunk>& chunks, Context& context) {
  TextsBuilder text(context.shared_memory());
  for (const Chunk& chunk : chunks) {
    std::size_t begin = 0;
    for (const std::size_t end : chunk.ends) {
      text.append(std::string_view(chunk.text).substr(begin, end - begin));
      begin = end;
    }
  }
  return text.finish();
}

Texts products_of(const std::vector<Candidate>& all, const AdviceOffers& offers, Context& context) {
  TextsBuilder products(context.shared_memory());
  for (const Candidate& one : all) {
    one.step == Step::cross_sell ? products.append(offers.product_id.to_string(one.offer))
                                 : products.append_null();
  }
  return products.finish();
}

Advice build_advice(const NextStepInput& input, const std::vector<Candidate>& all,
                    const std::vector<std::int64_t>& order, Context& context) {
  const auto& memory = context.shared_memory();
  std::vector<std::int64_t> rank(all.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    rank[static_cast<std::size_t>(order[k])] = static_cast<std::int64_t>(k) + 1;
  }
  ValuesBuilder<std::int8_t> step(memory);
  ValuesBuilder<Day> due(memory);
  TextsBuilder channel(memory);
  ValuesBuilder<double> gain(memory);
  ValuesBuilder<double> low(memory);
  ValuesBuilder<double> high(memory);
  ValuesBuilder<std::int64_t> ranks(memory);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Candidate& one = all[i];
    const bool acts = one.step != Step::leave_alone;
    step.append(static_cast<std::int8_t>(one.step));
    acts ? due.append(one.due) : due.append_null();
    acts ? channel.append(one.channel) : channel.append_null();
    gain.append(one.gain);
    one.low ? low.append(*one.low) : low.append_null();
    one.high ? high.append(*one.high) : high.append_null();
    acts ? ranks.append(rank[i]) : ranks.append_null();
  }
  Advice out;
  out.customer_id = input.evidence.customer_id;
  out.step = Labels(step.finish(), step_words());
  out.due_at = due.finish();
  out.channel = channel.finish();
  out.product_id = products_of(all, input.offers, context);
  out.expected_gain = gain.finish();
  out.expected_gain_low = low.finish();
  out.expected_gain_high = high.finish();
  out.rank = ranks.finish();
  return out;
}

/// Calls put(reason, contribution) for each reason of the advice.
template <class Put>
void each_reason(const Candidate& advice, Put put) {
  Factors now = advice.typical;
  double before = now.gain();
  put(AdviceReason::baseline, before);
  if (advice.step != Step::leave_alone) {
    const auto replace = [&](AdviceReason reason, double Factors::* factor) {
      now.*factor = advice.own.*factor;
      const double after = now.gain();
      put(reason, after - before);
      before = after;
    };
    replace(AdviceReason::value, &Factors::value);
    replace(AdviceReason::chance, &Factors::chance);
    replace(AdviceReason::effect, &Factors::effect);
    replace(AdviceReason::response, &Factors::response);
    replace(AdviceReason::freshness, &Factors::freshness);
    replace(AdviceReason::cost, &Factors::cost);
  }
  if (advice.alone == Alone::capacity) put(AdviceReason::capacity, 0.0);
}

AdviceReasons build_reasons(const Explainer& explainer, const E& evidence,
                            const std::vector<Candidate>& all, std::span<const std::int64_t> order,
                            Context& context) {
  const auto& memory = context.shared_memory();
  KeysBuilder keys(evidence.customer_id.type(), memory);
  ValuesBuilder<std::int8_t> steps(memory);
  ValuesBuilder<std::int8_t> reasons(memory);
  ValuesBuilder<double> contributions(memory);
  TextsBuilder texts(memory);
  for (const std::int64_t i : order) {
    const Candidate& one = all[static_cast<std::size_t>(i)];
    each_reason(one, [&](AdviceReason reason, double contribution) {
      keys.append(evidence.customer_id, i);
      steps.append(static_cast<std::int8_t>(one.step));
      reasons.append(static_cast<std::int8_t>(reason));
      contributions.append(contribution);
      texts.append(explainer.reason(i, one, reason));
    });
  }
  AdviceReasons out;
  out.customer_id = keys.finish();
  out.step = Labels(steps.finish(), step_words());
  out.reason = Labels(reasons.finish(), advice_reason_words());
  out.contribution = contributions.finish();
  out.text = texts.finish();
  return out;
}

Status check(const NextStepInput& input, const NextStepOptions& options) {
  FIDELIA_TRY(relationship_evidence_table().check(&input.evidence, "evidence"));
  FIDELIA_TRY(relationship_stages_table().check(&input.stages, "stages"));
  FIDELIA_TRY(advice_scores_table().check(&input.scores, "scores"));
  FIDELIA_TRY(advice_offers_table().check(&input.offers, "offers"));
  FIDELIA_TRY(advice_gaps_table().check(&input.gaps, "gaps"));
  if (options.default_channel.empty()) {
    return Status(Code::invalid_argument, "default_channel names a channel, such as email", -1,
                  "default_channel");
  }
  return {};
}

}  // namespace

Result<NextSteps> next_step(NextStepInput& input, const NextStepOptions& options,
                            Context& context) {
  FIDELIA_TRY(check(input, options));
  const std::optional<Day> last =
      options.as_of ? options.as_of : detail::latest_day(input.evidence);
  const Day as_of = last.value_or(Day{0});
  FIDELIA_ASSIGN(advice::JoinedRows rows, advice::join_rows(input, options));
  CustomerView view(input, options, as_of, std::move(rows));
  FIDELIA_TRY(view.learn());
  const StepRules rules(input, options, view.typical(), as_of);
  const std::int64_t size = input.evidence.customer_id.size();
  const std::vector<Candidate> all = Planner(view, rules, options, as_of).plan(size, context);
  FIDELIA_TRY(context.check());
  const std::vector<std::int64_t> order = order_of(all);
  const Explainer explainer(input, options, view, rules, as_of);
  NextSteps out;
  out.advice = build_advice(input, all, order, context);
  if (options.texts) {
    out.advice.reasons = texts_of(explain_all(explainer, all, context), context);
    FIDELIA_TRY(context.check());
  }
  const auto explained =
      static_cast<std::size_t>(std::clamp<std::int64_t>(options.explained, 0, size));
  out.advice_reasons =
      build_reasons(explainer, input.evidence, all, std::span(order).first(explained), context);
  return out;
}

}  // namespace fidelia
