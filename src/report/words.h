// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of a report's texts: everything that a reader sees and that is not data.
//
// A language is one value of this struct in a file of its own (words_english.cc), so that the
// compiler misses none of its texts. "{name}" in a text is replaced by the value of that name; an
// Amounted text has a form for one and a form for any other number, {n} being the number. A
// language without plural forms says the same in both.
#ifndef FIDELIA_SRC_REPORT_WORDS_H_
#define FIDELIA_SRC_REPORT_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/language.h"
#include "src/core/fill.h"

namespace fidelia::report {

struct Amounted {
  std::string_view one;
  std::string_view many;
};

/// What a code of the data ("win_back") is called and, where asked, what it means.
struct Named {
  std::string_view code;
  std::string_view name;
  std::string_view meaning;
};

/// What another room says in English, and what a reader is told; empty: the same. See phrases.h.
struct Phrase {
  std::string_view english;
  std::string_view said;
};

/// A measure or model that a report may rest on.
struct Method {
  std::string_view code;
  std::string_view name;
  std::string_view says;    // what it is used for here
  std::string_view source;  // paper or tradition
  std::string_view assumes;
};

struct NumberWords {
  std::string_view thousands;
  int grouped_from;  // digits from which thousands are set apart
  std::string_view decimal;
  std::string_view percent;        // "{n}%"
  std::string_view money;          // "{currency} {n}"
  std::string_view below_percent;  // "under {n}"
  std::string_view above_percent;
  std::string_view range;        // "{low} to {high}"
  std::string_view value_range;  // "{value} ({range})"
  std::string_view list_comma;
  std::string_view list_and;
  std::string_view full_stop;
  std::string_view sentence_gap;   // between two sentences of a paragraph
  std::string_view clause_gap;     // between two clauses of an enumeration
  std::string_view day;            // {year} {month} {day}, two digits each: {mm} {dd}
  std::string_view month;          // in tables: {year} {mm} {month}
  std::string_view month_of_year;  // in sentences: {name} {year}
  std::string_view axis_month;     // as Vega formats time, numbers only
  std::vector<std::string_view> months;
};

struct PageWords {
  std::string_view title;
  std::string_view title_of;  // {company}
  std::string_view subtitle;  // {as_of}
  std::string_view generated_by;
  std::vector<Named> labels;  // of the host's page
};

struct UnitWords {
  Amounted second, minute, hour, day, week, month, quarter, year;
};

struct HeadlineWords {
  std::string_view unnamed;  // {id}
  std::string_view no_customers;
  Amounted customers;  // {n} {spend} {orders} {as_of}
  Amounted orders;
  Amounted customers_only;
  std::string_view alive_one;
  std::string_view alive;    // {n} {share}
  Amounted alive_repeaters;  // {alive} {share}
  Amounted singles;
  std::string_view expect;  // {purchases} {period} {value} {months}
  std::string_view expect_money_only;
  std::string_view expect_purchases_only;
  Amounted slipping_money;  // {n} {stake}
  Amounted slipping_plain;
  std::string_view slipping_who;  // {customer} {stake}
  std::string_view nobody_slipping;
  std::string_view first_step;  // {step} {customer} {due} {gain}
  std::string_view first_step_due;
  std::string_view first_step_gain;
  Amounted all_steps;
  std::string_view no_step;
  std::string_view holdout_missed;
  std::string_view top;           // {share} {n}
  std::string_view season;        // {share} {first} {last}
  std::string_view moved;         // {from} {moves}
  Amounted reversed;              // {amount}
  std::string_view nobody_named;  // {share} {rows}
};

struct FigureWords {
  std::string_view customers, customers_note;
  std::string_view alive, alive_note, alive_of, alive_of_note;
  std::string_view purchases, purchases_note;
  std::string_view value, value_note;
  std::string_view range_note;  // {level} {range}
  std::string_view stake;
  Amounted stake_note;
  std::string_view top, top_note_expected, top_note_spend;
  std::string_view steps, steps_note;
  std::string_view spend, spend_note;
};

struct ForecastWords {
  std::string_view not_converged;     // {reason}
  std::string_view no_model_fits;     // {list}, of
  std::string_view model_and_reason;  // {models} {reason}
  std::string_view none;              // {reason}
  std::string_view none_plain;
  std::string_view no_value;  // {reason}
  std::string_view no_value_plain;
  std::string_view no_value_not_converged;
  std::string_view no_value_heavy;  // q <= 1
  std::string_view nobody_repeats;
  /// {model} {parameter} {value} {error}: a standard error as large as what it is of.
  std::string_view weak_leaving, nobody_leaves, weak_rate, weak_spend;
  Amounted without_value;
};

struct StageWords {
  std::string_view title, none;
  Amounted summary;             // {n}
  std::string_view largest;     // {stage} {n} {share}
  std::string_view value_in;    // {stage} {share}
  std::string_view chart, alt;  // {list}
  std::string_view caption, column_stage, column_parties, column_share, column_buyers, column_value,
      column_purchases, column_spend, column_meaning, column_fallen;
  Amounted fallen;                        // {n}
  std::string_view flow_chart, flow_alt;  // {list}
  std::vector<Named> names;
};

struct MoveWords {
  std::string_view title;  // {from}
  std::string_view since;  // {from} {until} {moves}
  Amounted stayed, up, down, fresh, dropped;
  std::string_view chart, alt, flow;  // flow: {from} {to} {n}
  std::string_view unknown;
  std::string_view matrix_caption, column_then, column_sum;  // column_then: {from} {until}
  std::string_view figures_caption, column_figure, column_change, repeaters, alive, orders;
};

struct StageForecastWords {
  std::string_view title, text, line;  // line: {stage} {now} {then} {range}
  std::string_view chart, alt, axis;
  std::string_view caption, column_at;  // {level}
  std::string_view note;
};

struct RfmWords {
  std::string_view title, summary;  // {n} {share} {spend}
  std::string_view nobody_best;
  std::string_view chart, alt, axis_recency, axis_frequency, cell;
  std::string_view caption, column_segment, column_customers, column_share, column_spend,
      column_spend_share, column_meaning;
  std::vector<Named> segments;
};

struct CohortWords {
  std::string_view title;
  std::string_view text;   // {list}
  std::string_view after;  // {period} {share}
  std::string_view young;
  std::string_view chart, alt, axis_cohort, axis_period;  // {unit}
  std::string_view caption, column_cohort, column_customers;
  std::string_view note;
};

struct SeasonWords {
  std::string_view title;
  std::string_view peak;  // {share} {sales} {from} {until} {first} {last}
  std::string_view low;   // {share} {month}
  std::string_view even;
  std::string_view short_history;  // {n}
  std::string_view advice;
  std::string_view chart, alt, axis_month, axis_sales, group_peak, group_other, group_outside;
  std::string_view caption, column_month, column_sales, column_share, column_orders;
  std::string_view outside_note;
};

struct ProductWords {
  std::string_view title;
  Amounted summary;  // {n} {top} {share}
  std::string_view chart, alt, caption, column_product, column_sales, column_share, column_orders,
      column_customers, shown;
};

struct LevelWords {
  std::string_view title, summary, classes;
  std::string_view margin_expected, margin_past;
  std::string_view margin_all, margin_told, margin_recorded;  // {share}
  // {message} {call} {visit} {reactive} {accountable} {proactive} {partnership}
  std::string_view terms;
  std::string_view totals;  // {cost} {gain}
  std::string_view caption, column_segment, column_customers, column_margin, column_level,
      column_contacts, column_kept, column_cost, column_gain, column_meaning;
  std::string_view kept;  // {kept} {n}
  std::string_view matrix_caption, column_number, not_judged;
  Amounted overdue;
  std::string_view none_overdue;
  std::string_view overdue_caption, column_customer, column_id, column_duty, column_due,
      column_worth, shown;
  std::vector<Named> names, duties, margins, numbers;
};

struct AudienceWords {
  std::string_view title;
  Amounted summary;  // {n} {largest} {members}
  std::string_view caption, column_audience, column_members, column_share, column_buyers,
      column_spend, column_value, column_meaning, parties;
  std::vector<Named> names, groups;
};

struct ConcentrationWords {
  std::string_view title, none;
  std::string_view expected, expected_purchases, spend, largest, only_one;
  std::string_view advice_high, advice_low;
  std::string_view chart, alt, alt_expected, alt_spend, axis_customers, axis_quantity;
  std::string_view series_value, series_purchases, series_spend, series_equal;
};

struct SlippingWords {
  std::string_view title, none_without_model, none_without_repeats, nobody;
  Amounted summary;  // {n} {stake} {expected}
  Amounted summary_plain;
  std::string_view meaning_money, meaning_purchases;
  Amounted safe, gone;
  std::string_view single;  // {n}
  std::string_view bands_chart, bands_alt, axis_bands, axis_customers, band;
  std::string_view class_gone, class_slipping, class_safe;
  std::string_view map_chart, map_alt, axis_silence, axis_purchases, map_band, map_cell;
  std::string_view chart_money, chart_purchases, alt, series_expected, series_stake;
  std::string_view caption, column_customer, column_id, column_last, column_orders, column_spend,
      column_alive, column_expected_money, column_expected_purchases, column_stake_money,
      column_stake_purchases;
};

struct TrackingWords {
  std::string_view title, none;
  std::string_view fitted;  // {fitted} {actual} {difference}
  std::string_view fitted_without_model;
  std::string_view no_holdout;
  std::string_view predicted;  // {predicted} {from} {until} {low} {high} {level}
  std::string_view actual;     // {actual}
  std::string_view held, missed_low, missed_high;
  std::string_view missed_meaning;
  std::string_view total_chart, total_alt, period_chart, period_chart_grouped, period_alt;
  std::string_view axis_total, axis_period, series_actual, series_fitted, series_forecast,
      series_model, tooltip_until;
  std::string_view caption, column_what, column_value, row_predicted, row_range, row_actual,
      row_difference, row_verdict, verdict_held, verdict_missed;
};

struct AdviceWords {
  std::string_view title, none, nothing;
  Amounted summary;       // {n}
  std::string_view gain;  // {gain}
  Amounted left_alone;
  std::string_view shown;  // {shown} {n}
  std::string_view chart_gain, chart_count, alt, axis_gain, axis_count;
  std::string_view steps_caption, column_step, column_parties, column_gain, column_meaning;
  std::string_view caption, column_rank, column_customer, column_id, column_due, column_channel,
      column_reasons, column_range;
  std::vector<Named> steps;
  std::vector<Named> channels;
};

struct QualityWords {
  std::string_view title, none;
  Amounted read;  // {n}
  std::string_view all_good;
  Amounted rejected;  // {n} {share}
  std::string_view reconciles, differs, not_reconciled;
  std::string_view tables_caption, column_table, column_rows, column_rejected, column_share;
  std::string_view reasons_caption, column_column, column_reason, column_example, column_first;
  std::string_view more_reasons;
  std::string_view findings_caption, column_finding;
  std::string_view money_caption, column_item, column_amount;
  std::string_view row_input, row_spend, row_unmatched, row_after, row_rejected, row_cancelled,
      row_repeated, row_superseded, row_without, row_difference, row_rounding;
  std::string_view unmatched_note;                    // {amount}
  Amounted without_customer;                          // {n} {share}
  Amounted without_customer_amount;                   // {n} {share} {amount}
  std::string_view without_customer_share;            // {share}
  Amounted reversed;                                  // {n} {amount}
  std::string_view reversed_meaning, reversed_shown;  // {shown}
  std::string_view reversed_caption, column_customer, column_order, column_ordered,
      column_order_amount, column_returned, column_returned_amount;
  std::vector<Named> tables;
};

struct MethodWords {
  std::string_view title;
  std::string_view no_model, purchase_model, spend_model, fitted_to, value, intervals,
      not_converged;
  std::string_view chosen_by_test;  // {model} {day}
  std::string_view chosen_as_good;  // {models}
  std::string_view chosen_by_fit, chosen_alone;
  std::string_view no_discount, discount;
  std::string_view caption, column_model, column_parameter, column_estimate, column_error,
      column_likelihood, column_customers;
  std::string_view fits_caption, column_state, state_converged, column_iterations;
  std::string_view methods_caption, column_method, column_says, column_source, column_assumes;
  std::string_view glossary_caption, column_term, column_meaning;
  std::vector<Named> models;
  std::vector<Method> methods;
  std::vector<Named> glossary;
};

struct CardWords {
  std::string_view subtitle;        // {id} {as_of}
  std::string_view bought;          // {orders} {spend} {first} {last}
  std::string_view bought_once;     // {orders} {spend} {first}: all on one day
  std::string_view never_bought;    // {as_of}
  std::string_view alive;           // {share}
  std::string_view stage;           // {stage}
  std::string_view stage_since;     // {stage} {since}
  std::string_view rank_worth;      // {rank} {of} {months}
  std::string_view rank_purchases;  // {rank} {of} {period}
  std::string_view rank_spend;      // {rank} {of}
  std::string_view step;            // {step} {due} {channel}
  std::string_view step_undated;    // {step}
  std::string_view gain;            // {gain}
  std::string_view gain_range;      // {gain} {range} {level}
  std::string_view left_alone;
  std::string_view label_orders, label_spend, label_alive, label_purchases, label_value;
  std::string_view stage_title, history_title, scores_title, advice_title, rank_title;
  std::string_view no_stage, no_history, no_scores, no_advice, no_rank;
  std::string_view history_chart, history_alt, axis_period, axis_amount, series_bought;
  std::string_view history_caption, column_period, column_orders, column_bought, column_returned;
  std::string_view scores_caption, column_score, column_value, column_low, column_high;
  std::string_view row_alive, row_purchases, row_spend, row_value;
  std::string_view reasons_caption, column_reason, column_part, column_meaning, row_total;
  std::vector<Named> reasons;
};

struct Words {
  std::string_view language;
  NumberWords numbers;
  PageWords page;
  UnitWords units;
  HeadlineWords headline;
  FigureWords figures;
  ForecastWords forecast;
  StageWords stages;
  MoveWords moves;
  StageForecastWords stage_forecast;
  RfmWords rfm;
  CohortWords cohorts;
  SeasonWords season;
  ProductWords products;
  LevelWords levels;
  AudienceWords audiences;
  ConcentrationWords concentration;
  SlippingWords slipping;
  TrackingWords tracking;
  AdviceWords advice;
  QualityWords quality;
  MethodWords method;
  CardWords card;
  std::vector<Phrase> phrases;
};

const Words& english_words();
const Words& spanish_words();
const Words& chinese_words();
const Words& words_of(Language language);

/// With a capital where the text begins with a small ASCII letter.
std::string as_sentence(std::string text);
/// With the full stop of the language too.
std::string as_full_sentence(std::string text, const NumberWords& words);

/// The entry of that code, or null.
const Named* find_named(const std::vector<Named>& names, std::string_view code);

/// The code's name; a code that is not known is shown as words: "call_back" is "Call back".
std::string name_of(const std::vector<Named>& names, std::string_view code);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_WORDS_H_
