// SPDX-License-Identifier: Apache-2.0
//
// The report in English.
#include "src/report/words.h"

namespace fidelia::report {
namespace {

NumberWords number_words() {
  return {
      .thousands = ",",
      .decimal = ".",
      .percent = "{n}%",
      .money = "{currency}\u00a0{n}",
      .below_percent = "under {n}",
      .above_percent = "over {n}",
      .range = "{low} to {high}",
      .value_range = "{value} ({range})",
      .list_comma = ", ",
      .list_and = " and ",
  };
}

PageWords page_words() {
  return {
      .title = "Customer relationships",
      .title_of = "{company}: customer relationships",
      .subtitle = "As of the end of {as_of}",
      .generated_by = "Fidelia {version}",
      .labels =
          {
              {"as_of", "As of", ""},
              {"headline", "In short", ""},
              {"contents", "Contents", ""},
              {"search", "Search this table", ""},
              {"search_hint", "name, step, reason …", ""},
              {"show_all", "Show all {n} rows", ""},
              {"show_first", "Show the first {n} rows", ""},
              {"rows_shown", "{shown} of {n} rows", ""},
              {"nothing_found", "No row matches.", ""},
              {"no_script", "The charts need JavaScript. What each of them shows stands in words.",
               ""},
              {"missing", "no value", ""},
              {"skip", "Skip to the report", ""},
          },
  };
}

UnitWords unit_words() {
  return {
      .second = {"{n} second", "{n} seconds"},
      .minute = {"{n} minute", "{n} minutes"},
      .hour = {"{n} hour", "{n} hours"},
      .day = {"{n} day", "{n} days"},
      .week = {"{n} week", "{n} weeks"},
      .month = {"{n} month", "{n} months"},
      .quarter = {"{n} quarter", "{n} quarters"},
      .year = {"{n} year", "{n} years"},
  };
}

HeadlineWords headline_words() {
  return {
      .unnamed = "customer {id}",
      .no_customers = "Nobody had bought anything by {as_of}, so there is nothing to report yet.",
      .customers = {"One customer had bought by {as_of}: {orders}, worth {spend} after refunds.",
                    "{n} customers had bought by {as_of}: {orders}, worth {spend} after refunds."},
      .orders = {"one order", "{n} orders"},
      .customers_only = {"One customer had bought by {as_of}.",
                         "{n} customers had bought by {as_of}."},
      .alive_one = "The probability that this is still a customer is {share}.",
      .alive = "About {n} of them ({share}) are probably still customers.",
      .alive_repeaters =
          {"One customer has bought again, and is still a customer with a probability "
           "of {share}.",
           "Of the {n} who bought again, about {alive} ({share}) are probably still "
           "customers."},
      .singles = {"One customer bought once, which does not show whether there will be more.",
                  "The other {n} bought once, which does not show how many of them will return."},
      .expect =
          "We expect {purchases} more purchases in the next {period}, and {value} from these "
          "customers over the next {months}.",
      .expect_money_only = "We expect {value} from these customers over the next {months}.",
      .expect_purchases_only = "We expect {purchases} more purchases in the next {period}.",
      .slipping_money = {"One repeat customer is slipping away, with {stake} at stake.",
                         "{n} repeat customers are slipping away, with {stake} at stake."},
      .slipping_plain = {"One repeat customer is slipping away.",
                         "{n} repeat customers are slipping away."},
      .slipping_who = "The most is at stake with {customer}: {stake}.",
      .nobody_slipping = "No repeat customer is slipping away at the moment.",
      .first_step = "Begin with {customer}: {step} by {due}, which should gain {gain}.",
      .first_step_due = "Begin with {customer}: {step} by {due}.",
      .first_step_gain = "Begin with {customer}: {step}, which should gain {gain}.",
      .all_steps =
          {"This is the one step advised.",
           "In all {n} customers have a next step; together the steps should gain {gain}."},
      .no_step = "No step is advised at the moment.",
      .holdout_missed =
          "Take the forecast with care: tested on later data, it missed (see "
          "\u201c{section}\u201d).",
  };
}

FigureWords figure_words() {
  return {
      .customers = "Customers",
      .customers_note = "{repeaters} bought again ({share})",
      .alive = "Probably still customers",
      .alive_note = "{share} of all; the sum of their probabilities",
      .alive_of = "{alive} of {n}",
      .alive_of_note = "{share} of those who bought again",
      .purchases = "Purchases expected",
      .purchases_note = "in the next {period}",
      .value = "Value expected",
      .value_note = "over the next {months}",
      .range_note = "; {level} interval {range}",
      .stake = "At stake",
      .stake_note = {"with one slipping customer", "with {n} slipping customers"},
      .top = "The top 20% bring",
      .top_note_expected = "of the value expected",
      .top_note_spend = "of the spend so far",
      .steps = "Next steps advised",
      .steps_note = "expected gain {gain}",
      .spend = "Spend so far",
      .spend_note = "net of refunds, {orders}",
  };
}

ForecastWords forecast_words() {
  return {
      .not_converged =
          "The purchase model could not be fitted to these data ({reason}). This report "
          "therefore makes no forecast: it says nothing on who is still a customer and "
          "what to expect.",
      .none = "This report makes no forecast: {reason}",
      .none_plain = "This report makes no forecast, because no purchase model was fitted.",
      .no_value = "No value in money is forecast: {reason}",
      .no_value_plain =
          "No value in money is forecast, because no spend model was fitted. Purchases "
          "are counted instead.",
      .no_value_not_converged =
          "No value in money is forecast, because the spend model could not be "
          "fitted ({reason}). Purchases are counted instead.",
      .no_value_heavy =
          "No value in money is forecast: spend differs so much between customers that "
          "the fitted spend model (q \u2264 1) has no mean. Purchases are counted "
          "instead.",
      .nobody_repeats =
          "Nobody has bought a second time yet. Without repeat purchases no model can "
          "tell who is still a customer.",
      .without_value = {"For one customer no value could be estimated; it counts as nothing.",
                        "For {n} customers no value could be estimated; they count as nothing."},
  };
}

StageWords stage_words() {
  return {
      .title = "Stages of the relationship",
      .none =
          "No stages were worked out, so nothing can be said of how far each relationship has "
          "come.",
      .summary = {"One party is placed by the evidence in orders, contacts, consents and answers.",
                  "{n} parties are placed by the evidence in orders, contacts, consents and "
                  "answers."},
      .largest = "The largest stage is {stage}, with {n} ({share}).",
      .value_in = "Most is expected of the stage {stage}: {share} of it all.",
      .chart = "Parties by stage",
      .alt = "Bar chart of parties by stage: {list}.",
      .caption = "Stages, from first notice to loyalty",
      .column_stage = "Stage",
      .column_parties = "Parties",
      .column_share = "Share",
      .column_buyers = "Buyers",
      .column_value = "Value expected",
      .column_purchases = "Purchases expected",
      .column_spend = "Spend so far",
      .column_meaning = "What it means",
      .names =
          {
              {"attention", "Attention", "They know of us, or have gone silent."},
              {"permission", "Permission", "They agreed to hear from us and said what they want."},
              {"participation", "Participation", "They buy and take part."},
              {"loyalty", "Loyalty", "They come back again and again, and would tell a friend."},
          },
  };
}

ConcentrationWords concentration_words() {
  return {
      .title = "Where the value is",
      .none = "There is no spend and no expected value to share out yet.",
      .expected =
          "The most valuable 20% of customers ({n}) should bring {share} of the value "
          "expected over the next {months}.",
      .expected_purchases =
          "The most active 20% of customers ({n}) should make {share} of the "
          "purchases expected in the next {period}.",
      .spend = "Of the spend so far, {share} came from the 20% who spent most.",
      .largest = "The largest single customer stands for {share}.",
      .only_one = "There is one customer, who stands for everything.",
      .advice_high =
          "So few carry so much that losing some of them would be felt: know them by "
          "name.",
      .advice_low =
          "No small group carries the business: what is done for all matters more than "
          "what is done for a few.",
      .chart = "Share of the total, customers ranked from the largest down",
      .alt = "Curve of cumulative shares. {parts}",
      .alt_expected = "The top 20% of customers hold {share} of what is expected.",
      .alt_spend = "The top 20% hold {share} of past spend.",
      .axis_customers = "Share of customers",
      .axis_quantity = "Share of the total",
      .series_value = "Value expected",
      .series_purchases = "Purchases expected",
      .series_spend = "Spend so far",
      .series_equal = "All equal",
  };
}

SlippingWords slipping_words() {
  return {
      .title = "Who is slipping, and what is at stake",
      .none_without_model =
          "Without a fitted purchase model nobody can be called slipping: how long "
          "a silence is too long depends on each customer's own rhythm.",
      .none_without_repeats = "Nobody has bought twice, so no silence can be told from a pause.",
      .nobody =
          "No repeat customer is slipping away at the moment: all are either probably still "
          "customers ({safe} and more) or probably gone (below {gone}).",
      .summary = {"One repeat customer is in doubt: the probability of still being a customer lies "
                  "between {gone} and {safe}. Expected is {expected}; if the relationship were "
                  "certain, {stake} more. That is what is at stake.",
                  "{n} repeat customers are in doubt: their probability of still being customers "
                  "lies between {gone} and {safe}. Expected of them is {expected}; if all were "
                  "certain to stay, {stake} more. That is what is at stake."},
      .summary_plain =
          {"One repeat customer is in doubt: the probability of still being a customer "
           "lies between {gone} and {safe}.",
           "{n} repeat customers are in doubt: their probability of still being "
           "customers lies between {gone} and {safe}."},
      .meaning_money = "{value}",
      .meaning_purchases = "{value} purchases",
      .safe = {"One repeat customer is probably safe ({safe} and more)",
               "{n} repeat customers are probably safe ({safe} and more)"},
      .gone = {"one is probably gone (below {gone}).", "{n} are probably gone (below {gone})."},
      .single =
          "Customers with a single purchase ({n}) are left out: one purchase shows no rhythm "
          "to fall behind.",
      .bands_chart = "Repeat customers by the probability of still being one",
      .bands_alt =
          "Bar chart of repeat customers by probability of still being a customer: {safe} "
          "probably safe, {slipping} slipping, {gone} probably gone.",
      .axis_bands = "Probability of still being a customer",
      .axis_customers = "Repeat customers",
      .band = "{low}\u2013{high}%",
      .class_gone = "Probably gone",
      .class_slipping = "Slipping",
      .class_safe = "Probably safe",
      .chart_money = "Most at stake: value if the customer stays, and what of it is in doubt",
      .chart_purchases =
          "Most at stake: purchases if the customer stays, and how many are in doubt",
      .alt =
          "Bar chart of the {n} slipping customers with most at stake, from {first} ({stake}) "
          "down.",
      .series_expected = "Expected",
      .series_stake = "At stake",
      .caption = "Slipping customers with most at stake",
      .column_customer = "Customer",
      .column_id = "Id",
      .column_last = "Last purchase",
      .column_orders = "Orders",
      .column_spend = "Spend so far",
      .column_alive = "Still a customer",
      .column_expected_money = "Value expected",
      .column_expected_purchases = "Purchases expected",
      .column_stake_money = "At stake",
      .column_stake_purchases = "Purchases at stake",
  };
}

TrackingWords tracking_words() {
  return {
      .title = "Is the forecast any good?",
      .none = "There is no course of purchases over time to compare with a model.",
      .fitted =
          "Up to {as_of} there were {actual} repeat purchases; the model, fitted to the same "
          "time, says {fitted} ({difference}).",
      .fitted_without_model = "Up to {as_of} there were {actual} repeat purchases.",
      .no_holdout =
          "No later data were set aside, so the forecast has not been tested. The curve "
          "shows only how well the model describes what it was fitted to.",
      .predicted =
          "From the records up to {as_of} alone, the model predicted {predicted} repeat "
          "purchases from {from} to {until}, with {level} probability between {low} and "
          "{high}.",
      .actual = "There were {actual}.",
      .held =
          "The interval held: the forecast was off by {difference} ({share} of the actual "
          "number).",
      .missed_low =
          "The interval missed: the forecast was too low by {difference} ({share} of the "
          "actual number), and more was bought than the interval allows.",
      .missed_high =
          "The interval missed: the forecast was too high by {difference} ({share} of the "
          "actual number), and less was bought than the interval allows.",
      .missed_meaning =
          "So take the forecasts of this report as a ranking of customers rather than "
          "as exact numbers: something in the later time (season, prices, campaigns) "
          "differs from the time that the model was fitted to.",
      .total_chart = "Repeat purchases since the start, actual and by the model",
      .total_alt =
          "Line chart of cumulative repeat purchases from {from} to {until}: {actual} actual "
          "by the end of the data, {expected} by the model at the end of the chart.",
      .period_chart = "Repeat purchases each {unit}",
      .period_chart_grouped = "Repeat purchases each {n}",
      .period_alt = "Line chart of repeat purchases in each period, actual and by the model.",
      .axis_total = "Purchases",
      .axis_period = "Purchases",
      .series_actual = "Actual",
      .series_fitted = "Model, fitted",
      .series_forecast = "Model, forecast",
      .series_model = "Model",
      .tooltip_until = "Until",
      .caption = "The test on later data",
      .column_what = "",
      .column_value = "Repeat purchases",
      .row_predicted = "Predicted",
      .row_range = "{level} interval",
      .row_actual = "Actual",
      .row_difference = "Actual less predicted",
      .row_verdict = "Verdict",
      .verdict_held = "within the interval",
      .verdict_missed = "outside the interval",
  };
}

AdviceWords advice_words() {
  return {
      .title = "What to do next",
      .none = "No advice was asked for.",
      .nothing = "No step is advised: everybody is best left alone for now.",
      .summary = {"One customer has a next step.", "{n} customers have a next step."},
      .gain = "Together the steps should gain {gain}.",
      .left_alone = {"One customer is best left alone for now.",
                     "{n} customers are best left alone for now."},
      .shown = "The table shows the first {shown} of {n} by urgency.",
      .chart_gain = "Expected gain of each kind of step",
      .chart_count = "Customers by kind of step",
      .alt = "Bar chart of steps: {list}.",
      .axis_gain = "Expected gain",
      .axis_count = "Customers",
      .steps_caption = "Kinds of step",
      .column_step = "Step",
      .column_parties = "Customers",
      .column_gain = "Expected gain",
      .column_meaning = "What it means",
      .caption = "Next steps, the most urgent first",
      .column_rank = "No.",
      .column_customer = "Customer",
      .column_id = "Id",
      .column_due = "By",
      .column_channel = "Channel",
      .column_reasons = "Why",
      .column_range = "{level} interval",
      .steps =
          {
              {"ask_permission", "Ask for permission",
               "Ask whether, and on what, they want to hear from us."},
              {"thank", "Say thank you", "Thank them for a purchase, without selling anything."},
              {"second_purchase", "Win the second purchase",
               "Give a first-time buyer a reason to come back."},
              {"win_back", "Win back", "Speak to a customer who has been silent for too long."},
              {"hand_over", "Hand over to a person",
               "Let somebody who knows the customer take it from here."},
              {"hand_over_to_person", "Hand over to a person",
               "Let somebody who knows the customer take it from here."},
              {"leave_alone", "Leave alone", "Nothing is due: do not disturb."},
          },
  };
}

QualityWords quality_words() {
  return {
      .title = "How good the records are",
      .none = "It is not known how many rows were read: the tables were handed over ready made.",
      .read = {"One row was read.", "{n} rows were read."},
      .all_good = "All of them could be used.",
      .rejected = {"One row ({share}) was set aside and counts nowhere in this report.",
                   "{n} rows ({share}) were set aside and count nowhere in this report."},
      .reconciles =
          "The amounts reconcile to the last unit: all {input} of the input are found "
          "again below.",
      .differs =
          "The amounts do not reconcile: {difference} of the input is not accounted for. "
          "Please look into this before relying on the totals.",
      .not_reconciled = "The input's amounts were not reconciled with the totals of this report.",
      .tables_caption = "Rows read",
      .column_table = "Table",
      .column_rows = "Rows",
      .column_rejected = "Set aside",
      .column_share = "Share",
      .reasons_caption = "Why rows were set aside",
      .column_column = "Column",
      .column_reason = "Reason",
      .column_example = "For example",
      .column_first = "First row",
      .more_reasons = "{n} further reasons are not shown.",
      .findings_caption = "What else was noticed",
      .column_finding = "Finding",
      .money_caption = "From the input's amounts to the spend of this report",
      .column_item = "",
      .column_amount = "Amount",
      .row_input = "All amounts of the input",
      .row_spend = "Spend in this report, after refunds",
      .row_unmatched = "Refunds that match no purchase",
      .row_after = "Orders after the as-of date",
      .row_rejected = "Rows set aside",
      .row_cancelled = "Cancelled orders",
      .row_repeated = "Repeated orders",
      .row_superseded = "Corrected, retracted or not yet known",
      .row_without = "Customers without a purchase",
      .row_difference = "Not accounted for",
      .row_rounding = "Left out by rounding on entry (for information)",
      .unmatched_note =
          "Refunds of {amount} match no earlier purchase of their customer; they are "
          "kept apart and do not lower anybody's spend.",
      .tables =
          {
              {"orders", "Orders", ""},
              {"parties", "Parties", ""},
              {"party_names", "Names of parties", ""},
              {"party_links", "Merged and split parties", ""},
              {"contacts", "Contacts", ""},
              {"consents", "Consents", ""},
              {"answers", "Answers", ""},
              {"exchange_rates", "Exchange rates", ""},
          },
  };
}

MethodWords method_words() {
  return {
      .title = "How this was worked out",
      .no_model = "Everything in this report is counted from the records; no model was used.",
      .purchase_model =
          "Who is still a customer, and how many purchases to expect, comes from the "
          "{model} model, fitted by maximum likelihood",
      .spend_model =
          "What a purchase brings comes from the {model} model, fitted by maximum "
          "likelihood",
      .fitted_to = " to the purchases of {n} customers",
      .value =
          "The value of a customer is what the purchases of the next {months} should bring, at "
          "{margin} of their price{discount}.",
      .intervals =
          "Intervals ({level}) say how well the models' parameters are known from these "
          "data. What a single customer does varies much more.",
      .not_converged =
          "The fit of the {model} model did not converge: {reason}. Its numbers must "
          "not be used.",
      .no_discount = ", without discount",
      .discount = ", discounted at {rate} a year",
      .caption = "Parameters of the models",
      .column_model = "Model",
      .column_parameter = "Parameter",
      .column_estimate = "Estimate",
      .column_error = "Standard error",
      .column_likelihood = "Log-likelihood",
      .column_customers = "Customers",
      .fits_caption = "Fits",
      .column_state = "State",
      .state_converged = "converged",
      .glossary_caption = "Words used",
      .column_term = "Word",
      .column_meaning = "Meaning",
      .models =
          {
              {"bg_nbd", "BG/NBD", ""},
              {"gamma_gamma", "Gamma-Gamma", ""},
              {"pareto_nbd", "Pareto/NBD", ""},
              {"mbg_nbd", "MBG/NBD", ""},
          },
      .glossary =
          {
              {"customer", "Customer", "A party with at least one purchase up to the as-of date."},
              {"repeat", "Repeat customer",
               "A customer with purchases in at least two different periods (by default, on two "
               "days)."},
              {"p_alive", "Still a customer",
               "The probability that the relationship has not ended, given when and how often the "
               "customer bought."},
              {"value", "Value expected",
               "What the customer should bring over the stated months, all probabilities "
               "included."},
              {"stake", "At stake",
               "What would be expected in addition if it were certain that the customer stays."},
              {"slipping", "Slipping",
               "A repeat customer who is neither probably safe nor probably gone."},
              {"gain", "Expected gain",
               "What a step should bring more than doing nothing, as its reasons add up."},
              {"as_of", "As of", "The end of that day; nothing later was used for the scores."},
          },
  };
}

Words make_english() {
  return {
      .language = "en",
      .numbers = number_words(),
      .page = page_words(),
      .units = unit_words(),
      .headline = headline_words(),
      .figures = figure_words(),
      .forecast = forecast_words(),
      .stages = stage_words(),
      .concentration = concentration_words(),
      .slipping = slipping_words(),
      .tracking = tracking_words(),
      .advice = advice_words(),
      .quality = quality_words(),
      .method = method_words(),
  };
}

}  // namespace

const Words& english_words() {
  static const Words& words = *new Words(make_english());
  return words;
}

}  // namespace fidelia::report
