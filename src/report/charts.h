// SPDX-License-Identifier: Apache-2.0
//
// Charts as Vega-Lite 6 specifications with their data inside: at most some hundred rows each, as
// wide as what holds them, colours from one palette that stays apart for the colour-blind.
#ifndef FIDELIA_SRC_REPORT_CHARTS_H_
#define FIDELIA_SRC_REPORT_CHARTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "fidelia/core/civil.h"
#include "src/report/figures.h"
#include "src/report/words.h"

namespace fidelia::report {

using Json = nlohmann::ordered_json;

/// Colours of the light palette, as specs name them.
namespace colour {
inline constexpr std::string_view kInk = "#1f2a37";
inline constexpr std::string_view kMuted = "#5b6776";
inline constexpr std::string_view kLine = "#d8dee6";
inline constexpr std::string_view kPaper = "#ffffff";
inline constexpr std::string_view kSurface = "#f5f7f9";
inline constexpr std::string_view kBlue = "#1d5c9e";
inline constexpr std::string_view kOrange = "#c55f14";
inline constexpr std::string_view kTeal = "#1c7c70";
inline constexpr std::string_view kGrey = "#97a3b0";
inline constexpr std::string_view kStep0 = "#dfeaf5";
inline constexpr std::string_view kStep1 = "#a9c8e6";
inline constexpr std::string_view kStep2 = "#6fa3d3";
inline constexpr std::string_view kStep3 = "#3a78b8";
inline constexpr std::string_view kStep4 = "#143f70";
}  // namespace colour

/// {"light": {name: colour}, "dark": {…}}.
Json palette();
/// The Vega-Lite configuration that all charts share, with the language's marks in numbers.
Json chart_config(const NumberWords& numbers);

struct Bar {
  std::string label;
  double length = 0;
  std::string text;  ///< Written at its end.
  std::string_view colour = colour::kBlue;
};

/// Lying bars in the order given.
Json bar_chart(const std::vector<Bar>& bars);

struct SplitBar {
  std::string label;
  double first = 0;
  double second = 0;
  std::string first_text;
  std::string second_text;
};

/// Lying bars in two parts.
Json split_bar_chart(const std::vector<SplitBar>& bars, std::string_view first,
                     std::string_view second);

struct Column {
  std::string label;
  double height = 0;
  std::string text;
  std::string_view group;
};

/// Standing bars, coloured by group; `groups` names the groups with their colours.
Json column_chart(const std::vector<Column>& columns,
                  const std::vector<std::pair<std::string_view, std::string_view>>& groups,
                  std::string_view x_title, std::string_view y_title);

struct HeatCell {
  std::size_t x = 0;
  std::size_t y = 0;
  std::size_t step = 0;  ///< Which of the colours, 0 the lightest; below kHeatSteps.
  std::string text;      ///< Within the cell.
  std::string tip;
};
inline constexpr std::size_t kHeatSteps = 5;

struct HeatMap {
  std::vector<std::string> columns;
  std::vector<std::string> rows;  ///< From the top down.
  std::vector<HeatCell> cells;
  std::vector<std::string> steps;  ///< What each colour stands for.
  std::string_view x_title, y_title;
};

/// A table of coloured cells; narrow screens leave the texts out.
Json heat_map(const HeatMap& map);

struct FlowNode {
  std::string label;
  double size = 0;
  std::string_view colour;
};
struct FlowBand {
  std::size_t from = 0;
  std::size_t to = 0;
  double size = 0;
  std::string tip;
};
struct FlowChart {
  std::vector<FlowNode> left;  ///< From the top down.
  std::vector<FlowNode> right;
  std::vector<FlowBand> bands;
};

/// Bands from the left to the right, as thick as what goes that way.
Json flow_chart(const FlowChart& chart);

struct RangePoint {
  Day day;
  double value = 0;
  std::optional<ReportRange> range;
  std::string text;
  std::string day_text;
};
struct RangeLine {
  std::string name;
  std::string_view colour;
  std::vector<RangePoint> points;
};

/// Lines over time with the range of each.
Json range_chart(const std::vector<RangeLine>& lines, std::string_view y_title,
                 std::string_view axis_month);

struct Curve {
  std::string_view name;
  std::string_view colour;
  const std::vector<Concentration::Point>* points;
};

Json curve_chart(const std::vector<Curve>& curves, std::string_view equal, std::string_view x_title,
                 std::string_view y_title);

struct TrackingRow {
  Day day;
  bool forecast = false;
  std::optional<double> actual;
  double model = 0;
  std::optional<ReportRange> range;
  std::string actual_text;
  std::string model_text;
  std::string until;  ///< The day in words.
};

struct TrackingLabels {
  std::string_view actual, fitted, forecast, model, y_title, until, axis_month;
  std::string as_of;
};

/// Lines of what happened and what the model says, with a mark at as_of where a forecast follows.
Json tracking_chart(const std::vector<TrackingRow>& rows, Day as_of, const TrackingLabels& labels);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_CHARTS_H_
