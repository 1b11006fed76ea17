// SPDX-License-Identifier: Apache-2.0
#include "fidelia/stage/relationship_stage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/stage/columns.h"

namespace fidelia {

namespace {

using detail::count;
using detail::kYearDays;
using detail::latest_day;
using detail::say;
using detail::value;
using Stage = RelationshipStage;
using E = RelationshipEvidence;

/// Points in log-odds, rounded from logistic regressions on simulated companies (of other seeds
/// than those that accuracy is stated for). Answered: log-odds of the customer's share of contacts
/// answered in the year less those of the usual share, shrunk by kUsualTries contacts of the usual
/// kind.
constexpr double kUsualTries = 4;

/// Added to the log-odds of p_alive.
struct PresencePoints {
  double contacted = -0.3;  ///< There were contacts to answer …
  double answered = 1.6;    ///< … and this much was answered.
  double spoke = 1.3;       ///< Called or wrote within kSpokeDays.
  double late = -2.3;       ///< The last purchase was delivered late.
};
constexpr PresencePoints kPresencePoints;
constexpr std::int32_t kSpokeDays = 90;
/// A model's certainty goes no further than these log-odds once there is other evidence.
constexpr double kMostLogOdds = 5;
constexpr double kAliveGuess = 0.85;   ///< Without p_alive, of who is not silent …
constexpr double kSilentGuess = 0.15;  ///< … and of who is.

struct AttachmentPoints {
  double base = -0.4;
  double nps = 1.4;           ///< For each point of the latest nps above 8 …
  double satisfaction = 1.5;  ///< … or, where only satisfaction is known (1 .. 5), above 4.
  double referral = 4;        ///< Sent somebody.
  double answered = 1.6;
  double purchases = 0.35;  ///< For each doubling of purchases above three, up to three times.
  double stayer = 0.4;      ///< Was won by quality or advice.
  double leaver = -0.4;     ///< Was won by a gift, a lottery or a price.
};
constexpr AttachmentPoints kAttachmentPoints;

double log_odds(double p) { return portable::log(p / (1 - p)); }
double logistic(double x) { return 1 / (1 + portable::exp(-std::clamp(x, -40.0, 40.0))); }

/// What the rules look at, of one customer.
struct Facts {
  std::int64_t purchases = 0;
  bool purchases_exact = false;
  std::optional<double> p_alive;
  double presence = 0;       ///< Probability of still being a customer, all told.
  std::int32_t silence = 0;  ///< Days since the last purchase.
  bool lost = false;
  bool too_silent = false;  ///< For loyalty.
  double attachment = 0;
  std::int64_t consents = 0;
  bool withdrawn = false;
  bool permitted = false;
  std::optional<Day> permitted_since;
};

struct Row {
  Stage stage = Stage::attention;
  std::optional<Day> since;
  double strength = 0;
  std::optional<double> presence;
  std::optional<double> attachment;
  bool lapsed = false;
  std::optional<Stage> fallen_from;
};

class Judge {
 public:
  Judge(const E& evidence, const StageScores& scores, const RelationshipStageOptions& options,
        Day as_of)
      : e_(evidence), scores_(scores), options_(options), as_of_(as_of) {
    std::int64_t tries = 0;
    std::int64_t reached = 0;
    for (std::int64_t i = 0; i < e_.customer_id.size(); ++i) {
      tries += count(e_.tries_year, i);
      reached += count(e_.reached_year, i);
    }
    // Half a contact of either kind keeps the usual share off 0 and 1.
    usual_ = (static_cast<double>(reached) + 0.5) / (static_cast<double>(tries) + 1);
  }

  /// The row of customer `i`, whose scores stand in row `score` (-1: none).
  Row judge(std::int64_t i, std::int64_t score, std::string* reasons) const {
    const Facts facts = look(i, score);
    Row row = decide(i, facts);
    row.strength = std::clamp(strength(i, facts, row.stage), 0.0, 1.0);
    if (reasons != nullptr) explain(i, facts, row, *reasons);
    return row;
  }

 private:
  Facts look(std::int64_t i, std::int64_t score) const;
  void look_at_purchases(std::int64_t i, std::int64_t score, Facts& facts) const;
  double presence(std::int64_t i, double p) const;
  double answered(std::int64_t i) const;
  void look_at_permission(std::int64_t i, Facts& facts) const;
  double attachment(std::int64_t i, const Facts& facts) const;
  Row decide(std::int64_t i, const Facts& facts) const;
  double strength(std::int64_t i, const Facts& facts, Stage stage) const;
  void explain(std::int64_t i, const Facts& facts, const Row& row, std::string& text) const;
  void explain_purchases(std::int64_t i, const Facts& facts, std::string& text) const;
  void explain_attitude(std::int64_t i, std::string& text) const;
  void explain_permission(std::int64_t i, const Facts& facts, std::string& text) const;

  bool complaint_open(std::int64_t i) const {
    const auto at = value(e_.last_complaint, i);
    return at && value(e_.complaint_open, i).value_or(0) != 0 &&
           as_of_.days - at->days <= options_.complaint_days;
  }
  double reached_share(std::int64_t i) const {
    const auto tries = static_cast<double>(count(e_.tries_year, i));
    return tries > 0 ? static_cast<double>(count(e_.reached_year, i)) / tries : 0;
  }
  bool within_year(std::optional<Day> day) const {
    return day && as_of_.days - day->days < kYearDays;
  }

  const E& e_;
  const StageScores& scores_;
  const RelationshipStageOptions& options_;
  Day as_of_;
  double usual_ = 0.5;  ///< Share of contacts answered, of all customers.
};

/// How much more is answered than usual, in log-odds.
double Judge::answered(std::int64_t i) const {
  const auto tries = static_cast<double>(count(e_.tries_year, i));
  if (tries <= 0) return 0;
  const auto reached = std::min(tries, static_cast<double>(count(e_.reached_year, i)));
  return log_odds((reached + kUsualTries * usual_) / (tries + kUsualTries)) - log_odds(usual_);
}

double Judge::presence(std::int64_t i, double p) const {
  const PresencePoints& points = kPresencePoints;
  double sum = 0;
  if (count(e_.tries_year, i) > 0) sum += points.contacted + points.answered * answered(i);
  const auto spoke = value(e_.last_contact_in, i);
  if (spoke && as_of_.days - spoke->days <= kSpokeDays) sum += points.spoke;
  const auto late = value(e_.last_late_delivery, i);
  const auto last = value(e_.last_order, i);
  if (late && last && *late >= *last) sum += points.late;
  if (sum == 0) return p;
  const double least = logistic(-kMostLogOdds);
  return logistic(log_odds(std::clamp(p, least, 1 - least)) + sum);
}

void Judge::look_at_purchases(std::int64_t i, std::int64_t score, Facts& facts) const {
  const auto first = value(e_.first_order, i);
  const auto last = value(e_.last_order, i);
  if (!first || !last) return;
  const bool third = value(e_.third_order, i).has_value();
  const bool second = value(e_.second_order, i).has_value();
  // Rows may be lines of one order; where days between are not known, rows are all there is.
  const std::int64_t orders = count(e_.orders, i);
  facts.purchases = third            ? std::max<std::int64_t>(3, orders)
                    : second         ? 2
                    : *last > *first ? std::max<std::int64_t>(2, orders)
                                     : 1;
  facts.purchases_exact = !third && (second || *last == *first);
  if (const auto frequency = value(scores_.frequency, score)) {
    facts.purchases = static_cast<std::int64_t>(std::min(*frequency, 1e15)) + 1;
    facts.purchases_exact = true;
  }
  facts.silence = std::max(0, as_of_.days - last->days);
  const auto silence = static_cast<double>(facts.silence);
  facts.p_alive = value(scores_.p_alive, score);
  double limit = static_cast<double>(facts.p_alive ? options_.single_days : options_.silence_days);
  if (facts.purchases > 1) {
    const auto gaps = static_cast<double>(std::max<std::int64_t>(1, facts.purchases - 1));
    limit = std::max(limit / 4, options_.silence_gaps * (last->days - first->days) / gaps);
  }
  // Of who bought once a model knows nothing, so that silence has a word beside it.
  const bool silent = silence > limit && !(facts.p_alive && facts.purchases > 1);
  facts.presence = presence(i, facts.p_alive.value_or(silent ? kSilentGuess : kAliveGuess));
  if (silent) facts.presence = std::min(facts.presence, kSilentGuess);
  facts.lost = facts.presence < options_.lost_presence;
  facts.too_silent =
      facts.presence < options_.loyalty_presence || (!facts.p_alive && silence > limit / 2);
}

void Judge::look_at_permission(std::int64_t i, Facts& facts) const {
  facts.consents = count(e_.consents_in_force, i);
  const auto withdrawn = value(e_.withdrawn_at, i);
  facts.withdrawn = withdrawn.has_value();
  if (facts.consents > 0) {
    facts.permitted = true;
    facts.permitted_since = value(e_.consent_since, i);
    return;
  }
  const auto answered = value(e_.last_answer, i);
  if (answered && (!withdrawn || *answered > *withdrawn)) {
    facts.permitted = true;
    facts.permitted_since = answered;
    return;
  }
  const bool unknown = !value(e_.consents_in_force, i);
  if (unknown && count(e_.replies_year, i) > 0) {
    facts.permitted = true;
    facts.permitted_since = value(e_.last_reply, i);
  }
}

double Judge::attachment(std::int64_t i, const Facts& facts) const {
  const AttachmentPoints& points = kAttachmentPoints;
  double sum = points.base;
  if (const auto nps = value(e_.nps, i)) {
    sum += points.nps * (*nps - 8);
  } else if (const auto satisfaction = value(e_.satisfaction, i)) {
    sum += points.satisfaction * (std::clamp(*satisfaction, 1.0, 5.0) - 4);
  }
  if (count(e_.referrals, i) > 0) sum += points.referral;
  sum += points.answered * answered(i);
  const auto purchases = static_cast<double>(std::max<std::int64_t>(1, facts.purchases));
  sum += points.purchases * std::min(3.0, portable::log(purchases / 3) / portable::log(2.0));
  switch (static_cast<Incentive>(value(e_.incentive, i).value_or(0))) {
    case Incentive::quality:
    case Incentive::advice: sum += points.stayer; break;
    case Incentive::gift:
    case Incentive::lottery:
    case Incentive::price: sum += points.leaver; break;
    case Incentive::none: break;
  }
  return logistic(sum);
}

Facts Judge::look(std::int64_t i, std::int64_t score) const {
  Facts facts;
  look_at_purchases(i, score, facts);
  look_at_permission(i, facts);
  if (facts.purchases > 0) facts.attachment = attachment(i, facts);
  return facts;
}

Row Judge::decide(std::int64_t i, const Facts& facts) const {
  Row row;
  const bool bought = facts.purchases > 0;
  const bool attached = facts.purchases >= options_.loyalty_purchases &&
                        facts.attachment >= options_.loyalty_attachment;
  if (bought) {
    row.presence = facts.presence;
    row.attachment = facts.attachment;
  }
  Stage highest = facts.permitted || facts.withdrawn ? Stage::permission : Stage::attention;
  if (bought) highest = attached ? Stage::loyalty : Stage::participation;
  row.lapsed = bought && facts.lost;
  if (bought && !facts.lost) {
    const bool loyal = attached && !facts.too_silent && !complaint_open(i);
    row.stage = loyal ? Stage::loyalty : Stage::participation;
    row.since = value(e_.first_order, i);
    if (loyal) {
      const auto third = value(e_.third_order, i);
      row.since = third ? third : value(e_.second_order, i);
    }
  } else if (facts.permitted) {
    row.stage = Stage::permission;
    row.since = facts.permitted_since;
  } else {
    row.stage = Stage::attention;
    row.since = facts.withdrawn ? value(e_.withdrawn_at, i) : value(e_.first_seen, i);
  }
  if (row.lapsed) {
    // A lost buyer left after the last purchase; a consent given since then is later.
    const auto last = value(e_.last_order, i);
    if (!row.since || (last && *last > *row.since)) row.since = last;
  }
  if (highest > row.stage) row.fallen_from = highest;
  return row;
}

double Judge::strength(std::int64_t i, const Facts& facts, Stage stage) const {
  const auto part = [](std::int64_t n, std::int64_t of) {
    return static_cast<double>(std::min(n, of)) / static_cast<double>(of);
  };
  switch (stage) {
    case Stage::attention: {
      const auto incentive = static_cast<Incentive>(value(e_.incentive, i).value_or(0));
      const bool interest = incentive == Incentive::quality || incentive == Incentive::advice;
      return 0.5 * within_year(value(e_.first_seen, i)) +
             0.3 * value(e_.last_reply, i).has_value() + 0.2 * interest;
    }
    case Stage::permission:
      return 0.4 * part(facts.consents, 3) + 0.3 * reached_share(i) +
             0.2 * (value(e_.preference_told, i).value_or(0) != 0) +
             0.1 * (count(e_.answers, i) > 0);
    case Stage::participation:
      return 0.5 * facts.presence + 0.3 * facts.attachment + 0.2 * part(facts.purchases, 3);
    case Stage::loyalty:
      return 0.4 * facts.presence + 0.4 * facts.attachment + 0.1 * part(facts.purchases, 10) +
             0.1 * (count(e_.referrals, i) > 0);
  }
  return 0;
}

// ---------------------------------------------------------------------------- reasons

void Judge::explain_purchases(std::int64_t i, const Facts& facts, std::string& text) const {
  const Day last = value(e_.last_order, i).value_or(as_of_);
  if (facts.purchases == 1) {
    say(text, "one purchase, on ", last);
  } else {
    say(text, facts.purchases,
        facts.purchases_exact ? " purchases, first on " : " orders, first on ",
        value(e_.first_order, i).value_or(last), ", last on ", last);
  }
  if (facts.lost || facts.too_silent || !facts.p_alive) {
    say(text, "silent for ", std::int64_t{facts.silence}, " days");
  }
  say(text, "with contacts and answers, probability of still being a customer ",
      detail::Probability{facts.presence});
  const auto late = value(e_.last_late_delivery, i);
  if (late && *late >= last) say(text, "the last purchase was delivered late, on ", *late);
}

void Judge::explain_attitude(std::int64_t i, std::string& text) const {
  if (const auto nps = value(e_.nps, i)) {
    say(text, "would recommend: ", static_cast<std::int64_t>(std::floor(*nps + 0.5)), " of 10");
  }
  if (const std::int64_t referrals = count(e_.referrals, i); referrals > 0) {
    const std::string_view unit = referrals == 1 ? " referral, last on " : " referrals, last on ";
    say(text, referrals, unit, value(e_.last_referral, i).value_or(as_of_));
  }
  if (const std::int64_t tries = count(e_.tries_year, i); tries > 0) {
    say(text, "answered ", count(e_.reached_year, i), " of ", tries, " contacts of the year");
  }
  if (complaint_open(i)) {
    say(text, "complaint of ", value(e_.last_complaint, i).value_or(as_of_), " still open");
  }
}

void Judge::explain_permission(std::int64_t i, const Facts& facts, std::string& text) const {
  if (facts.consents > 0) {
    say(text, facts.consents, facts.consents == 1 ? " consent" : " consents", " in force since ",
        value(e_.consent_since, i).value_or(as_of_));
  } else if (facts.withdrawn) {
    say(text, "permission withdrawn on ", value(e_.withdrawn_at, i).value_or(as_of_));
  } else if (!value(e_.consents_in_force, i)) {
    say(text, "consents are not known");
  } else {
    say(text, "no consent");
  }
  if (const auto answered = value(e_.last_answer, i)) say(text, "answered on ", *answered);
}

void Judge::explain(std::int64_t i, const Facts& facts, const Row& row, std::string& text) const {
  if (facts.purchases > 0) explain_purchases(i, facts, text);
  switch (row.stage) {
    case Stage::attention:
      if (facts.purchases == 0) {
        if (const auto seen = value(e_.first_seen, i)) say(text, "known since ", *seen);
        say(text, "no purchase");
      }
      if (const auto incentive = value(e_.incentive, i)) {
        say(text, "won by: ", incentive_words()[static_cast<std::size_t>(*incentive)]);
      }
      explain_permission(i, facts, text);
      return;
    case Stage::permission:
      explain_permission(i, facts, text);
      if (facts.purchases == 0) say(text, "no purchase");
      return;
    case Stage::participation:
    case Stage::loyalty: explain_attitude(i, text); return;
  }
}

// ---------------------------------------------------------------------------- the call

constexpr std::int64_t kChunkParties = 16384;

/// Rows and texts of one chunk of customers.
struct Chunk {
  std::vector<Row> rows;
  std::string text;
  std::vector<std::size_t> ends;
};

RelationshipStages build(const E& evidence, const std::vector<Chunk>& chunks, bool reasons,
                         Context& context) {
  const auto& memory = context.shared_memory();
  ValuesBuilder<std::int8_t> stage(memory);
  ValuesBuilder<Day> since(memory);
  ValuesBuilder<double> strength(memory);
  ValuesBuilder<double> presence(memory);
  ValuesBuilder<double> attachment(memory);
  ValuesBuilder<std::uint8_t> lapsed(memory);
  ValuesBuilder<std::int8_t> fallen(memory);
  TextsBuilder text(memory);
  for (const Chunk& chunk : chunks) {
    std::size_t begin = 0;
    for (std::size_t k = 0; k < chunk.rows.size(); ++k) {
      const Row& row = chunk.rows[k];
      stage.append(static_cast<std::int8_t>(row.stage));
      row.since ? since.append(*row.since) : since.append_null();
      strength.append(row.strength);
      row.presence ? presence.append(*row.presence) : presence.append_null();
      row.attachment ? attachment.append(*row.attachment) : attachment.append_null();
      lapsed.append(static_cast<std::uint8_t>(row.lapsed));
      row.fallen_from ? fallen.append(static_cast<std::int8_t>(*row.fallen_from))
                      : fallen.append_null();
      if (!reasons) continue;
      text.append(std::string_view(chunk.text).substr(begin, chunk.ends[k] - begin));
      begin = chunk.ends[k];
    }
  }
  RelationshipStages out;
  out.customer_id = evidence.customer_id;
  out.stage = Labels(stage.finish(), relationship_stage_words());
  out.stage_since = since.finish();
  out.strength = strength.finish();
  out.presence = presence.finish();
  out.attachment = attachment.finish();
  out.lapsed = lapsed.finish();
  out.fallen_from = Labels(fallen.finish(), relationship_stage_words());
  if (reasons) out.reasons = text.finish();
  return out;
}

}  // namespace

Result<RelationshipStages> relationship_stage(RelationshipStageInput& input,
                                              const RelationshipStageOptions& options,
                                              Context& context) {
  const E& evidence = input.evidence;
  FIDELIA_TRY(relationship_evidence_table().check(&evidence, "evidence"));
  FIDELIA_TRY(stage_scores_table().check(&input.scores, "scores"));
  FIDELIA_ASSIGN(const std::vector<std::int64_t> score_rows,
                 detail::rows_in(evidence.customer_id, input.scores.customer_id, "scores"));
  const std::optional<Day> as_of = options.as_of ? options.as_of : latest_day(evidence);
  const Judge judge(evidence, input.scores, options, as_of.value_or(Day{0}));
  const std::int64_t size = evidence.customer_id.size();
  std::vector<Chunk> chunks(static_cast<std::size_t>((size + kChunkParties - 1) / kChunkParties));
  context.run(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t c) {
    Chunk& chunk = chunks[static_cast<std::size_t>(c)];
    const std::int64_t end = std::min(size, (c + 1) * kChunkParties);
    std::string reasons;
    for (std::int64_t i = c * kChunkParties; i < end; ++i) {
      reasons.clear();
      chunk.rows.push_back(judge.judge(i, score_rows[static_cast<std::size_t>(i)],
                                       options.reasons ? &reasons : nullptr));
      chunk.text += reasons;
      chunk.ends.push_back(chunk.text.size());
    }
  });
  FIDELIA_TRY(context.check());
  return build(evidence, chunks, options.reasons, context);
}

const TableSpec<StageScores>& stage_scores_table() {
  using S = StageScores;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("Scores of customers, as far as a purchase model has them.")
          .column("customer_id", &S::customer_id, {.help = "The customer; once."})
          .column("p_alive", &S::p_alive,
                  {.help = "Probability of still being a customer.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1})
          .column("frequency", &S::frequency,
                  {.help = "Repeat purchases.", .optional = true, .nullable = true, .min = 0}));
  return spec;
}

const OptionsSpec<RelationshipStageOptions>& relationship_stage_options() {
  using O = RelationshipStageOptions;
  static const auto& spec = *new OptionsSpec<O>(
      OptionsSpec<O>()
          .option("as_of", &O::as_of,
                  {.help = "Day of the evidence; default: the latest day that stands in it."})
          .option("loyalty_purchases", &O::loyalty_purchases,
                  {.help = "Purchases that loyalty takes.", .min = 2, .max = 1000})
          .option("loyalty_presence", &O::loyalty_presence,
                  {.help = "Least probability of still being a customer, for loyalty.",
                   .min = 0,
                   .max = 1})
          .option("loyalty_attachment", &O::loyalty_attachment,
                  {.help = "Least attachment, for loyalty.", .min = 0, .max = 1})
          .option("lost_presence", &O::lost_presence,
                  {.help = "A buyer with a lower probability of still being a customer counts as "
                           "lost.",
                   .min = 0,
                   .max = 1})
          .option(
              "single_days", &O::single_days,
              {.help = "A buyer of one purchase counts as lost after this silence, whatever the "
                       "model says (BG/NBD says nothing of them).",
               .unit = "days",
               .min = 1,
               .max = 100'000})
          .option("silence_gaps", &O::silence_gaps,
                  {.help = "Without p_alive: lost after a silence of this many times the "
                           "customer's own mean time between purchases.",
                   .min = 1,
                   .max = 100})
          .option("silence_days", &O::silence_days,
                  {.help = "Without p_alive: lost after this silence, for who bought once; a "
                           "quarter of it is the least for the others.",
                   .unit = "days",
                   .min = 4,
                   .max = 100'000})
          .option("complaint_days", &O::complaint_days,
                  {.help = "A complaint open for longer no longer stands against loyalty.",
                   .unit = "days",
                   .min = 0,
                   .max = 100'000})
          .option("reasons", &O::reasons, {.help = "Also the text of the deciding facts."}));
  return spec;
}

const TableSpec<RelationshipStages>& relationship_stages_table() {
  using S = RelationshipStages;
  static const auto& spec = *new TableSpec<S>(
      TableSpec<S>("The stage of the relationship with each customer.")
          .column("customer_id", &S::customer_id, {.help = "The customer."})
          .column("stage", &S::stage,
                  {.help = "Where the relationship stands.", .words = relationship_stage_words()})
          .column("stage_since", &S::stage_since,
                  {.help = "Day from which the evidence held.", .optional = true, .nullable = true})
          .column("strength", &S::strength,
                  {.help = "How firmly, within the stage.", .optional = true, .min = 0, .max = 1})
          .column("presence", &S::presence,
                  {.help = "Of buyers: probability of still being a customer, p_alive and what "
                           "contacts say of it.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1})
          .column("attachment", &S::attachment,
                  {.help = "Of buyers: how probably loyal in attitude, by the scorecard.",
                   .optional = true,
                   .nullable = true,
                   .min = 0,
                   .max = 1})
          .column("lapsed", &S::lapsed, {.help = "Bought, and is probably lost.", .optional = true})
          .column("fallen_from", &S::fallen_from,
                  {.help = "The stage once reached, where it was a further one.",
                   .optional = true,
                   .nullable = true,
                   .words = relationship_stage_words()})
          .column("reasons", &S::reasons,
                  {.help = "The deciding facts, with their dates.", .optional = true}));
  return spec;
}

Entry relationship_stage_entry() {
  using I = RelationshipStageInput;
  return FunctionEntry(EntryKind::score, "relationship_stage",
                       "At which of four stages a relationship stands: attention, permission, "
                       "participation or loyalty.",
                       &relationship_stage)
      .detail(
          "Explicit rules on evidence, the furthest stage whose rule holds. Loyalty asks for "
          "repeated purchases, a customer who is probably still there, and attachment; losing the "
          "evidence leads back. Without scores, silence against the customer's own rhythm stands "
          "for p_alive.")
      .input("evidence", &I::evidence, relationship_evidence_table())
      .input("scores", &I::scores, stage_scores_table(), "", false)
      .output("stages", relationship_stages_table())
      .options(relationship_stage_options());
}

}  // namespace fidelia
