// SPDX-License-Identifier: Apache-2.0
//
// The report in English.
#include "src/report/words.h"

namespace fidelia::report {
namespace {

NumberWords number_words() {
  return {
      .thousands = ",",
      .grouped_from = 4,
      .decimal = ".",
      .percent = "{n}%",
      .money = "{currency}\u00a0{n}",
      .below_percent = "under {n}",
      .above_percent = "over {n}",
      .range = "{low} to {high}",
      .value_range = "{value} ({range})",
      .list_comma = ", ",
      .list_and = " and ",
      .full_stop = ".",
      .sentence_gap = " ",
      .clause_gap = "; ",
      .day = "{year}-{mm}-{dd}",
      .month = "{year}-{mm}",
      .month_of_year = "{name} {year}",
      .axis_month = "%Y-%m",
      .months = {"January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"},
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
              {"download", "Save as CSV", ""},
              {"download_hint", "Saves the rows that are shown", ""},
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
          {"One customer has bought again, and is still a customer with a probability of {share}.",
           "Of the {n} who bought again, about {alive} ({share}) are probably still customers."},
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
      .top = "The 20% who spent most ({n}) brought {share} of the spend.",
      .season = "{share} of the last whole year's sales fell in {first} to {last}.",
      .moved = "Since {from}, {moves}.",
      .reversed = {"One large order, of {amount}, was reversed soon after it was placed and looks "
                   "like a mistake.",
                   "{n} large orders, of {amount} together, were reversed soon after they were "
                   "placed and look like mistakes."},
      .nobody_named = "{share} of the rows ({rows}) name no customer and count for nobody here.",
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
          "The purchase model could not be fitted to these data ({reason}). This report therefore "
          "makes no forecast: it says nothing on who is still a customer and what to expect.",
      .no_model_fits =
          "No purchase model could be fitted to these data: {list}. This report therefore makes no "
          "forecast: it says nothing on who is still a customer and what to expect.",
      .model_and_reason = "{models} ({reason})",
      .none = "This report makes no forecast: {reason}",
      .none_plain = "This report makes no forecast, because no purchase model was fitted.",
      .no_value = "No value in money is forecast: {reason}",
      .no_value_plain =
          "No value in money is forecast, because no spend model was fitted. Purchases are counted "
          "instead.",
      .no_value_not_converged =
          "No value in money is forecast, because the spend model could not be fitted ({reason}). "
          "Purchases are counted instead.",
      .no_value_heavy =
          "No value in money is forecast: spend differs so much between customers that the fitted "
          "spend model (q \u2264 1) has no mean. Purchases are counted instead.",
      .nobody_repeats =
          "Nobody has bought a second time yet. Without repeat purchases no model can tell who is "
          "still a customer.",
      .weak_leaving =
          "Take the share of those still customers with care: this data hardly determines when "
          "customers leave ({model}: {parameter} is {value}, with a standard error of {error}).",
      .nobody_leaves =
          "Hardly anybody is seen to leave in this data, so the share of those still customers is "
          "not determined by it ({model}: {parameter} is {value}, with a standard error of "
          "{error}).",
      .weak_rate =
          "Take the purchases expected with care: this data hardly determines how often customers "
          "buy ({model}: {parameter} is {value}, with a standard error of {error}).",
      .weak_spend =
          "Take the values in money with care: this data hardly determines how spend differs "
          "between customers ({model}: {parameter} is {value}, with a standard error of {error}).",
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
      .summary =
          {"One party is placed by the evidence in orders, contacts, consents and answers.",
           "{n} parties are placed by the evidence in orders, contacts, consents and answers."},
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
      .column_fallen = "Fallen back",
      .fallen = {"One party held a later stage before and has fallen back.",
                 "{n} parties held a later stage before and have fallen back."},
      .flow_chart = "From the stage held before (left) to the stage today (right)",
      .flow_alt = "Flow chart of parties that have fallen back. {list}.",
      .names =
          {
              {"attention", "Attention", "They know of us, or have gone silent."},
              {"permission", "Permission", "They agreed to hear from us and said what they want."},
              {"participation", "Participation", "They buy and take part."},
              {"loyalty", "Loyalty", "They come back again and again, and would tell a friend."},
          },
  };
}

MoveWords move_words() {
  return {
      .title = "What has changed since {from}",
      .since = "From {from} to {until}, {moves}.",
      .stayed = {"one party kept its stage", "{n} parties kept their stage"},
      .up = {"one party moved forward", "{n} parties moved forward"},
      .down = {"one fell back", "{n} fell back"},
      .fresh = {"one became known", "{n} became known"},
      .dropped = {"one is no longer placed", "{n} are no longer placed"},
      .chart = "From the stage then (left) to the stage now (right)",
      .alt = "Flow chart between stages: {list}.",
      .flow = "{from} to {to}: {n}",
      .unknown = "Not known then",
      .matrix_caption = "Moves between stages",
      .column_then = "From {from} (rows) to {until} (columns)",
      .column_sum = "All",
      .figures_caption = "Figures of both dates",
      .column_figure = "Figure",
      .column_change = "Change",
      .repeaters = "Repeat customers",
      .alive = "Of them, probably still customers",
      .orders = "Orders",
  };
}

StageForecastWords stage_forecast_words() {
  return {
      .title = "Where the stages are heading",
      .text = "If parties go on moving as they have so far, on {at} there will be: {list}.",
      .line = "{stage} {then} instead of {now}",
      .chart = "Parties in each stage, today and as forecast",
      .alt = "Line chart of the parties in each stage: {list}.",
      .axis = "Parties",
      .caption = "Forecast of the stages, with {level} intervals",
      .column_at = "On",
      .note = "Parties that become known later are counted in, as many as came so far.",
  };
}

RfmWords rfm_words() {
  return {
      .title = "Recency, frequency and money",
      .summary =
          "{n} customers ({share}) are among the best two fifths both in how recently and in how "
          "often they bought; they brought {spend} of the spend.",
      .nobody_best =
          "No customer is among the best two fifths both in how recently and in how often they "
          "bought.",
      .chart = "Customers by recency and frequency; the colour is their share of the spend",
      .alt =
          "Heat map of {all} customers by recency and frequency score, 1 to 5. {n} have scores of "
          "4 or 5 in both.",
      .axis_recency = "Recency (5 bought last)",
      .axis_frequency = "Frequency (5 bought most often)",
      .cell = "{n} customers, {spend} ({share} of the spend)",
      .caption = "Segments",
      .column_segment = "Segment",
      .column_customers = "Customers",
      .column_share = "Share",
      .column_spend = "Spend so far",
      .column_spend_share = "Share of spend",
      .column_meaning = "What it means",
      .segments =
          {
              {"champions", "Champions", "Bought just now, often and for much."},
              {"loyal", "Loyal", "Buy often and well."},
              {"potential_loyal", "Potentially loyal", "Bought lately, and more than once."},
              {"new", "New", "Bought just now, and little so far."},
              {"promising", "Promising", "Bought lately, and little so far."},
              {"need_attention", "Need attention", "Middling buyers who are getting late."},
              {"about_to_sleep", "About to sleep", "Bought little, and not lately."},
              {"at_risk", "At risk", "Bought often, but not lately."},
              {"cannot_lose", "Cannot lose", "Among the best, and silent for longest."},
              {"hibernating", "Hibernating", "Bought now and then, but not lately."},
              {"lost", "Lost", "Bought little, long ago."},
          },
  };
}

CohortWords cohort_words() {
  return {
      .title = "Do they come back?",
      .text = "Of the customers who have been with us long enough to tell, {list}.",
      .after = "{share} bought in the period {period} after their first",
      .young = "No cohort of customers is a whole period old yet.",
      .chart = "Customers of each cohort who bought again, by period since the first (in %)",
      .alt = "Heat map of retention by cohort. Of all cohorts, {list}.",
      .axis_cohort = "First purchase",
      .axis_period = "Since the first purchase ({units})",
      .caption = "Share of each cohort that bought in the period so long after the first",
      .column_cohort = "First purchase",
      .column_customers = "Customers",
      .note =
          "A customer counts in each period with a purchase, so shares can rise again. Periods "
          "that were not over at the as-of date are left out.",
  };
}

SeasonWords season_words() {
  return {
      .title = "When they buy",
      .peak = "{share} of the sales from {from} to {until} ({sales}) fell in {first} to {last}.",
      .low = "The weakest month was {month}, with {share}.",
      .even = "Evenly spread, three months would hold 25.0% and one month 8.3%.",
      .short_history =
          "The sales of {n} months are known, too few to tell seasons: that takes twelve whole "
          "months.",
      .advice =
          "So plan stock, staff and campaigns by the calendar, and do not take the season's rise "
          "for growth or its end for customers lost.",
      .chart = "Sales by month, returns taken off in the month in which they came",
      .alt = "Bar chart of sales by month; the most, {sales}, in {month}.",
      .axis_month = "Month",
      .axis_sales = "Sales",
      .group_peak = "Strongest three months",
      .group_other = "Other months of the year",
      .group_outside = "Not of the year",
      .caption = "Sales by month",
      .column_month = "Month",
      .column_sales = "Sales",
      .column_share = "Share of the year",
      .column_orders = "Orders",
      .outside_note =
          "The year is the last twelve whole months. Months before it, and a month that was not "
          "over, have no share.",
  };
}

ProductWords product_words() {
  return {
      .title = "What they buy",
      .summary = {"One product was sold.",
                  "{n} products were sold; the {top} that sold most brought {share} of the sales."},
      .chart = "The products that sold most",
      .alt = "Bar chart of products, from the one that sold most down: {list}.",
      .caption = "Products by sales",
      .column_product = "Product",
      .column_sales = "Sales",
      .column_share = "Share",
      .column_orders = "Orders",
      .column_customers = "Customers",
      .shown = "The table shows the first {shown} of {n} products.",
  };
}

LevelWords level_words() {
  return {
      .title = "Which relationship with whom",
      .summary =
          "The kind of relationship follows from how many customers a segment has and what each of "
          "them earns: few and rich ones deserve a partnership, many and thin ones a good product "
          "and no more.",
      .classes =
          "Class A are the customers who bring the first 80% of the margin, B the next 15%, "
          "C the rest.",
      .margin_expected =
          "Margin is what a customer is expected to be worth over the next 12 months.",
      .margin_past =
          "Margin is what a customer has brought a year so far, for want of a forecast "
          "in money.",
      .margin_all =
          "All spend counts as margin, since neither the option margin nor the orders "
          "say how much of it is earned.",
      .margin_told = "It is taken to be {share} of spend.",
      .margin_recorded = "It is taken to be {share} of spend, as the orders' margins or costs say.",
      .terms =
          "Assumed: a message costs {message}, a call {call}, a visit {visit}; to the margin, a "
          "reactive level adds {reactive}, an accountable one {accountable}, a proactive one "
          "{proactive}, a partnership {partnership}.",
      .totals =
          "Keeping these levels costs {cost} a year and is taken to add {gain} to the margin.",
      .caption = "Level of each segment",
      .column_segment = "Segment",
      .column_customers = "Customers",
      .column_margin = "Margin of one, a year",
      .column_level = "Level",
      .column_contacts = "Contacts a year",
      .column_kept = "Contacted, of those due",
      .column_cost = "Cost a year",
      .column_gain = "Gain a year",
      .column_meaning = "What it obliges to",
      .kept = "{kept} of {n}",
      .matrix_caption = "Levels by margin and number of customers, with the segments there",
      .column_number = "Number of customers",
      .not_judged =
          "Which contacts are overdue is not judged, since no contact of yours with a "
          "customer is on record.",
      .overdue = {"One contact that a level obliges to is overdue.",
                  "{n} contacts that their levels oblige to are overdue."},
      .none_overdue = "No contact that a level obliges to is overdue.",
      .overdue_caption = "Overdue contacts",
      .column_customer = "Customer",
      .column_id = "Id",
      .column_duty = "What is due",
      .column_due = "Since",
      .column_worth = "Margin a year",
      .shown = "The table shows the first {shown} of {n}.",
      .names =
          {
              {"basic", "Basic", "Sell, and no more contact."},
              {"reactive", "Reactive", "Ask to call if anything is wrong."},
              {"accountable", "Accountable",
               "Call some time after the sale to ask if all is well."},
              {"proactive", "Proactive", "Call now and then with better uses and new products."},
              {"partnership", "Partnership",
               "Work together all the time to save the customer money."},
          },
      .duties =
          {
              {"after_sale_message", "Message: ask to call if anything is wrong", ""},
              {"after_sale_call", "Call: ask whether all is well after the sale", ""},
              {"regular_call", "Call: better uses and new products", ""},
          },
      .margins =
          {
              {"low", "Low margin", ""},
              {"medium", "Medium margin", ""},
              {"high", "High margin", ""},
          },
      .numbers = {{"few", "Few", ""}, {"medium", "Medium number", ""}, {"many", "Many", ""}},
  };
}

AudienceWords audience_words() {
  return {
      .title = "Audiences",
      .summary = {"There is one audience: {largest}, with {members} members.",
                  "There are {n} audiences; the largest is {largest}, with {members} members."},
      .caption = "Audiences and who belongs to them",
      .column_audience = "Audience",
      .column_members = "Members",
      .column_share = "Share",
      .column_buyers = "Buyers",
      .column_spend = "Spend so far",
      .column_value = "Value expected",
      .column_meaning = "Who belongs to it",
      .parties = "Shares are of the {n} known parties; one party may belong to several.",
      .names = {},
      .groups = {{"region", "Region: ", ""}, {"culture", "Culture: ", ""}},
  };
}

ConcentrationWords concentration_words() {
  return {
      .title = "Where the value is",
      .none = "There is no spend and no expected value to share out yet.",
      .expected =
          "The most valuable 20% of customers ({n}) should bring {share} of the value expected "
          "over the next {months}.",
      .expected_purchases =
          "The most active 20% of customers ({n}) should make {share} of the purchases expected in "
          "the next {period}.",
      .spend = "Of the spend so far, {share} came from the 20% who spent most.",
      .largest = "The largest single customer stands for {share}.",
      .only_one = "There is one customer, who stands for everything.",
      .advice_high =
          "So few carry so much that losing some of them would be felt: know them by name.",
      .advice_low =
          "No small group carries the business: what is done for all matters more than what is "
          "done for a few.",
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
          "Without a fitted purchase model nobody can be called slipping: how long a silence is "
          "too long depends on each customer's own rhythm.",
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
      .summary_plain = {"One repeat customer is in doubt: the probability of still being a "
                        "customer lies between {gone} and {safe}.",
                        "{n} repeat customers are in doubt: their probability of still being "
                        "customers lies between {gone} and {safe}."},
      .meaning_money = "{value}",
      .meaning_purchases = "{value} purchases",
      .safe = {"One repeat customer is probably safe ({safe} and more)",
               "{n} repeat customers are probably safe ({safe} and more)"},
      .gone = {"one is probably gone (below {gone}).", "{n} are probably gone (below {gone})."},
      .single =
          "Customers with a single purchase ({n}) are left out: one purchase shows no rhythm to "
          "fall behind.",
      .bands_chart = "Repeat customers by the probability of still being one",
      .bands_alt =
          "Bar chart of repeat customers by probability of still being a customer: {safe} probably "
          "safe, {slipping} slipping, {gone} probably gone.",
      .axis_bands = "Probability of still being a customer",
      .axis_customers = "Repeat customers",
      .band = "{low}\u2013{high}%",
      .class_gone = "Probably gone",
      .class_slipping = "Slipping",
      .class_safe = "Probably safe",
      .map_chart =
          "Customers by silence and number of purchases; the colour is the mean probability of "
          "still being a customer",
      .map_alt =
          "Heat map of customers by the time since the last purchase and the number of purchases: "
          "who bought often and is silent is more surely gone than who bought seldom.",
      .axis_silence = "Silence ({units})",
      .axis_purchases = "Purchases",
      .map_band = "{low}\u2013{high}",
      .map_cell = "{n} customers, {share} on average",
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
          "Up to {as_of} there were {actual} repeat purchases; the model, fitted to the same time, "
          "says {fitted} ({difference}).",
      .fitted_without_model = "Up to {as_of} there were {actual} repeat purchases.",
      .no_holdout =
          "No later data were set aside, so the forecast has not been tested. The curve shows only "
          "how well the model describes what it was fitted to.",
      .predicted =
          "From the records up to {as_of} alone, the model predicted {predicted} repeat purchases "
          "from {from} to {until}, with {level} probability between {low} and {high}.",
      .actual = "There were {actual}.",
      .held =
          "The interval held: the forecast was off by {difference} ({share} of the actual number).",
      .missed_low =
          "The interval missed: the forecast was too low by {difference} ({share} of the actual "
          "number), and more was bought than the interval allows.",
      .missed_high =
          "The interval missed: the forecast was too high by {difference} ({share} of the actual "
          "number), and less was bought than the interval allows.",
      .missed_meaning =
          "So take the forecasts of this report as a ranking of customers rather than as exact "
          "numbers: something in the later time (season, prices, campaigns) differs from the time "
          "that the model was fitted to.",
      .total_chart = "Repeat purchases since the start, actual and by the model",
      .total_alt =
          "Line chart of cumulative repeat purchases from {from} to {until}: {actual} actual by "
          "the end of the data, {expected} by the model at the end of the chart.",
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
              {"apologise", "Apologise", "Say sorry for a late delivery or after a complaint."},
              {"call_after_sale", "Call after the sale", "Ask whether all is well."},
              {"welcome", "Welcome", "Greet a new customer, or who has just allowed contact."},
              {"replenishment", "Remind", "It is time for the next purchase by their own rhythm."},
              {"cross_sell", "Offer what goes with it",
               "Offer a product that others buy with what they bought."},
              {"ask_for_referral", "Ask for a referral", "Ask who is loyal and satisfied."},
              {"second_purchase", "Win the second purchase",
               "Give a first-time buyer a reason to come back."},
              {"win_back", "Win back", "Speak to a customer who has been silent for too long."},
              {"hand_over", "Hand over to a person",
               "Let somebody who knows the customer take it from here."},
              {"hand_over_to_person", "Hand over to a person",
               "Let somebody who knows the customer take it from here."},
              {"leave_alone", "Leave alone", "Nothing is due: do not disturb."},
          },
      .channels =
          {
              {"email", "E-mail", ""},
              {"phone", "Phone", ""},
              {"sms", "SMS", ""},
              {"letter", "Letter", ""},
              {"mail", "Letter", ""},
              {"visit", "Visit", ""},
              {"next_contact", "Next contact", ""},
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
          "The amounts reconcile to the last unit: all {input} of the input are found again below.",
      .differs =
          "The amounts do not reconcile: {difference} of the input is not accounted for. Please "
          "look into this before relying on the totals.",
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
          "Refunds of {amount} match no earlier purchase of their customer; they are kept apart "
          "and do not lower anybody's spend.",
      .without_customer =
          {"One row ({share} of all) names no customer; it counts for nobody in this report.",
           "{n} rows ({share} of all) name no customer; they count for nobody in this report."},
      .without_customer_amount = {"One row ({share} of all), of {amount}, names no customer; it "
                                  "counts for nobody in this report.",
                                  "{n} rows ({share} of all), of {amount} together, name no "
                                  "customer; they count for nobody in this report."},
      .without_customer_share = "That is {share} of all amounts read, returns taken off.",
      .reversed = {"One large order, worth {amount}, was taken back soon after it was placed.",
                   "{n} large orders, worth {amount} together, were taken back soon after they "
                   "were placed."},
      .reversed_meaning =
          "Spend is net of them, but they may be mistaken entries: please look at them.",
      .reversed_shown = "The {shown} largest are listed.",
      .reversed_caption = "Large orders taken back",
      .column_customer = "Customer",
      .column_order = "Order",
      .column_ordered = "Ordered",
      .column_order_amount = "Amount",
      .column_returned = "Taken back",
      .column_returned_amount = "Amount taken back",
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
              {"order_lines", "Order lines", ""},
          },
  };
}

MethodWords method_words() {
  return {
      .title = "How this was worked out",
      .no_model = "Everything in this report is counted from the records; no model was used.",
      .purchase_model =
          "Who is still a customer, and how many purchases to expect, comes from the {model} "
          "model, fitted by maximum likelihood",
      .spend_model =
          "What a purchase brings comes from the {model} model, fitted by maximum likelihood",
      .fitted_to = " to the purchases of {n} customers",
      .value =
          "The value of a customer is what the purchases of the next {months} should bring, at "
          "{margin} of their price{discount}.",
      .intervals =
          "Intervals ({level}) say how well the models' parameters are known from these data. What "
          "a single customer does varies much more.",
      .not_converged =
          "The fit of the {model} model did not converge: {reason}. Its numbers must not be used.",
      .chosen_by_test =
          "Of the purchase models that could be fitted, {model} foretold the orders after {day} "
          "best from those up to that day.",
      .chosen_as_good = "{models} did about as well.",
      .chosen_by_fit =
          "Of the purchase models, {model} describes the orders best; a test on later orders was "
          "not possible.",
      .chosen_alone = "{model} is the only purchase model that could be fitted.",
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
      .column_iterations = "Iterations",
      .methods_caption = "Measures and models of this report",
      .column_method = "Method",
      .column_says = "What it is used for",
      .column_source = "Source",
      .column_assumes = "What it assumes",
      .glossary_caption = "Words used",
      .column_term = "Word",
      .column_meaning = "Meaning",
      .models =
          {
              {"bg_nbd", "BG/NBD", ""},
              {"gamma_gamma", "Gamma-Gamma", ""},
              {"pareto_nbd", "Pareto/NBD", ""},
              {"mbg_nbd", "MBG/NBD", ""},
              {"nbd", "NBD", ""},
              {"bg_bb", "BG/BB", ""},
          },
      .methods =
          {
              {"purchase_summary", "Purchase summary",
               "How often, when last and for how much each customer bought",
               "Fader, Hardie and Lee (2005)",
               "Orders of one day are one purchase; returns lower the purchase they belong to."},
              {"bg_nbd", "BG/NBD", "Who is still a customer, and purchases to expect",
               "Fader, Hardie and Lee (2005), Marketing Science 24",
               "Customers buy at random at a steady rate of their own and may leave after a "
               "purchase; no seasons, no campaigns."},
              {"mbg_nbd", "MBG/NBD", "Who is still a customer, and purchases to expect",
               "Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24",
               "As BG/NBD, and customers may also leave after their first purchase."},
              {"pareto_nbd", "Pareto/NBD", "Who is still a customer, and purchases to expect",
               "Schmittlein, Morrison and Colombo (1987), Management Science 33",
               "Customers buy at random at a steady rate of their own and may leave at any time; "
               "no seasons, no campaigns."},
              {"gamma_gamma", "Gamma-Gamma", "What a purchase of each customer brings",
               "Fader and Hardie (2013)",
               "What a customer spends at a time does not depend on how often it buys, nor on "
               "time."},
              {"lifetime_value", "Lifetime value", "Value expected of each customer",
               "Gupta and Lehmann (2005); Fader, Hardie and Lee (2005)",
               "Margin and discount as given; rates of buying stay as they are."},
              {"relationship_stage", "Stages of the relationship",
               "How far each relationship has come", "After Godin (1999), Permission Marketing",
               "Explicit rules on orders, contacts, consents and answers; what was not recorded "
               "did not happen."},
              {"stage_forecast", "Forecast of stages", "What the stages will be",
               "Markov chain; Anderson and Goodman (1957)",
               "Moves depend on today's stage alone and stay as frequent as they were."},
              {"rfm", "RFM", "Segments by recency, frequency and money",
               "Hughes (1994), Strategic Database Marketing",
               "Nothing but order: scores compare customers with each other."},
              {"cohorts", "Cohorts", "Who comes back, by period of the first purchase",
               "Fader and Hardie (2009)",
               "A customer is active in a period with a purchase, and in no other."},
              {"seasonality", "Seasons", "When in the year sales fall", "Share by calendar month",
               "One year shows a season only if the next is like it."},
              {"concentration", "Concentration", "How much the largest customers stand for",
               "Lorenz (1905)", "Customers with negative net spend count as zero."},
              {"relationship_level", "Levels of the relationship",
               "Which relationship fits which segment", "Kotler (1994), Marketing Management",
               "Cost of contacts and their effect as given in the options."},
              {"next_step", "Next step", "What to do next, and what it should gain",
               "Expected gain against doing nothing",
               "Effects and costs as given in the options; measure them by leaving some alone."},
          },
      .glossary =
          {
              {"as_of", "As of", "The end of that day; nothing later was used for the scores."},
              {"stake", "At stake",
               "What would be expected in addition if it were certain that the customer stays."},
              {"cohort", "Cohort", "Customers whose first purchase fell into the same period."},
              {"customer", "Customer", "A party with at least one purchase up to the as-of date."},
              {"gain", "Expected gain",
               "What a step should bring more than doing nothing, as its reasons add up."},
              {"interval", "Interval",
               "A range that should hold the true value with the probability stated."},
              {"party", "Party", "A person or organisation that the records name, buyer or not."},
              {"purchase", "Purchase",
               "All orders of a customer in one merging period, by default a day."},
              {"refund", "Refund",
               "A return or credit note: it lowers the spend of the purchase it belongs to."},
              {"repeat", "Repeat customer",
               "A customer with purchases in at least two different periods (by default, on two "
               "days)."},
              {"rfm", "RFM score",
               "1 to 5 in recency, frequency or money; 5 are the best fifth of customers."},
              {"sales", "Sales",
               "Amounts of a month's orders, less the returns that came in that month."},
              {"slipping", "Slipping",
               "A repeat customer who is neither probably safe nor probably gone."},
              {"spend", "Spend", "What a customer paid for purchases, refunds taken off."},
              {"stage", "Stage",
               "Attention, permission, participation or loyalty: how far a relationship has come."},
              {"p_alive", "Still a customer",
               "The probability that the relationship has not ended, given when and how often the "
               "customer bought."},
              {"value", "Value expected",
               "What the customer should bring over the stated months, all probabilities "
               "included."},
          },
  };
}

CardWords card_words() {
  return {
      .subtitle = "Customer {id}, as of the end of {as_of}",
      .bought = "{orders}, worth {spend} after refunds, from {first} to {last}.",
      .bought_once = "{orders}, worth {spend} after refunds, on {first}.",
      .never_bought = "Has bought nothing by {as_of}.",
      .alive = "The probability that this is still a customer is {share}.",
      .stage = "Stage of the relationship: {stage}.",
      .stage_since = "Stage of the relationship: {stage}, since {since}.",
      .rank_worth = "Rank {rank} of {of} by the value expected over the next {months}.",
      .rank_purchases = "Rank {rank} of {of} by the purchases expected in the next {period}.",
      .rank_spend = "Rank {rank} of {of} by the spend so far.",
      .step = "Next step: {step} by {due} ({channel}).",
      .step_undated = "Next step: {step}.",
      .gain = "It should gain {gain}.",
      .gain_range = "It should gain {gain} ({level} interval {range}).",
      .left_alone = "No step is advised at the moment.",
      .label_orders = "Orders",
      .label_spend = "Spend so far",
      .label_alive = "Probably still a customer",
      .label_purchases = "Purchases expected",
      .label_value = "Value expected",
      .stage_title = "Stage",
      .history_title = "What was bought",
      .scores_title = "What to expect",
      .advice_title = "What to do",
      .rank_title = "Among all customers",
      .no_stage = "No stage is known.",
      .no_history = "Nothing was bought or returned up to the date of the card.",
      .no_scores = "There is no forecast for this customer.",
      .no_advice = "No next step was worked out.",
      .no_rank = "Who has not bought has no rank.",
      .history_chart = "Amounts by period",
      .history_alt = "Amounts bought by period, from {first} to {last}; the most is {most}.",
      .axis_period = "Period",
      .axis_amount = "Amount",
      .series_bought = "Bought",
      .history_caption = "Orders by period",
      .column_period = "Period",
      .column_orders = "Orders",
      .column_bought = "Bought",
      .column_returned = "Returned",
      .scores_caption = "Scores",
      .column_score = "Score",
      .column_value = "Value",
      .column_low = "Low",
      .column_high = "High",
      .row_alive = "Probability of still being a customer",
      .row_purchases = "Purchases in the next {period}",
      .row_spend = "Spend a purchase",
      .row_value = "Value over the next {months}",
      .reasons_caption = "What the expected gain is made of",
      .column_reason = "Reason",
      .column_part = "Part of the gain",
      .column_meaning = "Because",
      .row_total = "Expected gain",
      .reasons =
          {
              {"baseline", "A typical customer", ""},
              {"value", "This customer's worth", ""},
              {"chance", "The chance that there is", ""},
              {"effect", "What the step does", ""},
              {"response", "How this customer answers", ""},
              {"freshness", "Time since the last contact", ""},
              {"cost", "Cost of the step", ""},
              {"capacity", "Capacity at hand", ""},
          },
  };
}

/// See phrases.h.
std::vector<Phrase> phrases() {
  return {
      {"the data do not determine the parameters: the likelihood is flat in some direction; use "
       "more customers, a longer time or a simpler model",
       ""},
      {"the data do not determine the parameters: the curvature of the likelihood is singular", ""},
      {"the likelihood could not be raised further, although its slope is not zero", ""},
      {"the maximum was not reached within max_iterations",
       "the maximum was not reached within the iterations allowed"},
      {"no customer was observed for any time: every T is 0",
       "no customer was observed for any time"},
      {"nobody bought again: without repeat purchases neither the purchase rate nor the dropout "
       "can be estimated",
       ""},
      {"nobody bought again: there is no purchase rate to estimate", ""},
      {"one customer alone does not determine the parameters", ""},
      {"all customers have the same frequency and value",
       "all customers have bought equally often and for the same mean amount"},
      {"there are no customers to fit {model} on", "there are no customers to fit the model on"},
      {"there are no repeat customers with a positive monetary_value to fit gamma_gamma on",
       "no repeat customer has spent more than was refunded"},
      {"spend varies so much between customers that no mean exists (q <= 1)", ""},
      {"nobody bought up to the date of the report", ""},
      {"{reason}; the option model = auto tries the others",
       "{reason}; with model = auto the other models would be tried"},
      {"a grows without end: every customer seems to leave with the same probability; the data "
       "show no spread of the dropout",
       "every customer seems to leave with the same probability"},
      {"{parameter} falls to 0: the likelihood keeps rising as nobody leaves; the data show no "
       "customers who stopped buying, so a model without dropout describes them",
       "the data show no customers who stopped buying"},
      {"b grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout probability",
       "the data show no customers who stopped buying, or all leave with the same probability"},
      {"b falls to 0: every repeat customer seems to leave after the first repeat purchase",
       "every repeat customer seems to leave after the first repeat purchase"},
      {"b falls to 0: every customer seems to leave after the first purchase",
       "every customer seems to leave after the first purchase"},
      {"r grows without end: all customers seem to buy at the same rate; the data show no spread "
       "of the purchase rate",
       "all customers seem to buy at the same rate"},
      {"r falls to 0: too few customers bought again to determine the purchase rate",
       "too few customers bought again to determine the purchase rate"},
      {"{parameter} grows without end: all customers seem to buy at the same rate, or too few "
       "bought again to determine it",
       "all customers seem to buy at the same rate, or too few bought again to determine it"},
      {"alpha falls to 0: purchases follow the first one too closely to determine a purchase rate",
       "purchases follow the first one too closely to determine a purchase rate"},
      {"s grows without end: all customers seem to leave at the same rate; the data show no spread "
       "of the dropout",
       "all customers seem to leave at the same rate"},
      {"beta grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout rate",
       "the data show no customers who stopped buying, or all leave at the same rate"},
      {"beta falls to 0: every customer who leaves seems to do so at once",
       "every customer who leaves seems to do so at once"},
      {"p grows without end: the purchases of a customer all seem to cost the same",
       "the purchases of a customer all seem to cost the same"},
      {"p falls to 0: the spend of single purchases varies too widely for the model",
       "the spend of single purchases varies too widely for the model"},
      {"{parameter} grows without end: all customers seem to have the same mean spend",
       "all customers seem to have the same mean spend"},
      {"{parameter} falls to 0: the mean spend varies too widely between customers for the model",
       "the mean spend varies too widely between customers for the model"},
      {"the model knows no leaving: everybody counts as a customer for good", ""},
      {"q is not above 1: customers without a repeat purchase have no mean spend, so no expected "
       "spend or lifetime value is given for them",
       "q is not above 1: for customers without a repeat purchase no mean spend exists, so they "
       "get no value"},
      {"frequency and monetary_value are correlated; the model takes them as independent, so "
       "lifetime values are biased",
       "who buys more often spends more or less at a time; the model takes the two as independent, "
       "so the values in money are biased"},
      {"monetary_value must be a finite amount, 0 or more, where frequency is above 0; take "
       "refunds into account before the mean is formed",
       "the mean spend of a repeat customer is below 0"},
      {"is missing", ""},
      {"is missing: a row needs an amount, or quantity and unit_price", ""},
      {"is not a finite number", ""},
      {"is not a number", ""},
      {"is not a whole number", ""},
      {"is not a whole number, so it cannot be an id", ""},
      {"is too large", ""},
      {"is neither 0 nor 1", ""},
      {"is neither true nor false", ""},
      {"lies outside the years 1 to 9999", ""},
      {"is not a date that can be read", ""},
      {"is not a date written as yyyymmdd", ""},
      {"is not one of: {words}", ""},
      {"is out of range: it must be at least {number} and at most {number_most}", ""},
      {"is out of range: it must be at least {number}", ""},
      {"is out of range: it must be at most {number}", ""},
      {"is out of range: nps is from 0 to 10", "is out of range: a recommendation is from 0 to 10"},
      {"is not UTF-8 text; save the file in UTF-8", ""},
      {"{value} is not a decimal number; expected digits with a point before the decimals, such as "
       "-1234.50, without separators of thousands, exponent, blanks or currency sign",
       "is not an amount; expected digits with a point before the decimals, such as -1234.50, and "
       "nothing else"},
      {"the amount {value} is beyond the largest that is accepted, {largest} in either direction",
       "is beyond the largest amount that is accepted, {largest}"},
      {"the amount is NaN (not a number); leave it out or make it null", "is not a number"},
      {"the amount is infinite", "is infinite"},
      {"lies outside 1900-01-01 .. 2199-12-31: check the date, its order of day and month, or a "
       "placeholder",
       "lies outside the years 1900 to 2199: check the date, its order of day and month, or a "
       "placeholder"},
      {"lies after the fact's own recorded_at, {day}: check the date, or time_zone where one of "
       "the two is an instant",
       "lies after the day on which it was recorded"},
      {"is refused: {reason}", "{reason}"},
      {"{value} is not a currency of ISO 4217; expected three letters such as EUR",
       "is not a currency of ISO 4217; expected three letters such as EUR"},
      {"is {currency} and the reporting currency is {home}: give exchange_rates from {from} to "
       "{to}",
       "is {currency} and the report is in {home}: exchange rates from {from} to {to} are needed"},
      {"is {currency} and the reporting currency is {home}, and exchange_rates has no rate of the "
       "pair on or before {day}",
       "is {currency} and the report is in {home}: the exchange rates begin later"},
      {"is absurdly large in the reporting currency", "is too large in the currency of the report"},
      {"times unit_price is absurdly large", "times the unit price is too large"},
      {"repeats row {number}, with the same customer, time and amount",
       "repeats another row, with the same customer, time and amount"},
      {"already stands in row {number} with another customer, time or amount; a table of order "
       "lines needs a column line or product_id",
       "already stands in another row, with another customer, time or amount"},
      {"names the party itself", ""},
      {"closes a circle of merges", ""},
      {"repeats the fact of row {number}", "repeats the fact of another row"},
      {"names a fact that the table does not hold", ""},
      {"facts recorded after known_at are not seen",
       "facts recorded after the moment chosen do not count"},
      {"cancelled orders do not count; the amount is theirs, in their own currency",
       "cancelled orders do not count"},
      {"orders with the status returned count as spend unless a row with a negative amount takes "
       "them back; the amount is theirs, in their own currency",
       "orders with the status returned count as spend unless a row with a negative amount takes "
       "them back"},
      {"computed amounts were rounded to the minor unit; the amount is what rounding left out",
       "computed amounts were rounded to the smallest unit of the currency"},
      {"values of {column} were rounded to the minor unit; the amount is what rounding left out",
       "values of {column} were rounded to the smallest unit of the currency"},
      {"rows were set aside for their {column}; the amount is theirs, in their own currency",
       "rows with an amount were set aside for their {column}"},
      {"lines of orders that are not in orders, or not at as_of, are not seen",
       "lines of orders that are not among the orders up to the as-of date do not count"},
      {"facts lie after as_of and were not seen", "facts after the as-of date do not count"},
      {"orders after as_of are not seen", "orders after the as-of date do not count"},
      {"orders after as_of are not seen; up to holdout_until they are the hold-out",
       "orders after the as-of date serve only to test the forecast"},
      {"orders after holdout_until are not used at all",
       "orders after the time of the test are not used at all"},
      {"one purchase, on {day}", ""},
      {"{number} purchases, first on {day_first}, last on {day_last}", ""},
      {"{number} orders, first on {day_first}, last on {day_last}", ""},
      {"silent for {number} days", ""},
      {"with contacts and answers, probability of still being a customer {number}", ""},
      {"the last purchase was delivered late, on {day}", ""},
      {"would recommend: {number} of 10", ""},
      {"1 referral, last on {day}", ""},
      {"{number} referrals, last on {day}", ""},
      {"answered {number} of {number_all} contacts of the year", ""},
      {"complaint of {day} still open", ""},
      {"1 consent in force since {day}", ""},
      {"{number} consents in force since {day}", ""},
      {"permission withdrawn on {day}", ""},
      {"consents are not known", ""},
      {"no consent", ""},
      {"answered on {day}", ""},
      {"known since {day}", ""},
      {"no purchase", ""},
      {"won by: none", "won by no incentive"},
      {"won by: gift", "won by a gift"},
      {"won by: lottery", "won by a lottery"},
      {"won by: price", "won by the price"},
      {"won by: quality", "won by quality"},
      {"won by: advice", "won by advice"},
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
      .moves = move_words(),
      .stage_forecast = stage_forecast_words(),
      .rfm = rfm_words(),
      .cohorts = cohort_words(),
      .season = season_words(),
      .products = product_words(),
      .levels = level_words(),
      .audiences = audience_words(),
      .concentration = concentration_words(),
      .slipping = slipping_words(),
      .tracking = tracking_words(),
      .advice = advice_words(),
      .quality = quality_words(),
      .method = method_words(),
      .card = card_words(),
      .phrases = phrases(),
  };
}

}  // namespace

const Words& english_words() {
  static const Words& words = *new Words(make_english());
  return words;
}

}  // namespace fidelia::report
