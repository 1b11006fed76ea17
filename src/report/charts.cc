// SPDX-License-Identifier: Apache-2.0
#include "src/report/charts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "src/core/text.h"
#include "src/report/format.h"

namespace fidelia::report {
namespace {

constexpr std::string_view kFont =
    "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, sans-serif";

Json base(Json height, Json values) {
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
          {"description", ""},
          {"width", "container"},
          {"height", std::move(height)},
          {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
          {"data", {{"values", std::move(values)}}}};
}

Json field(std::string_view name, std::string_view type) {
  return {{"field", name}, {"type", type}};
}

Json titled(Json encoding, std::string_view title) {
  encoding["title"] = title;
  return encoding;
}

/// Labels of lying bars; long ones are cut, so that narrow screens keep room for the bars.
Json bar_label_axis() {
  return {{"title", nullptr}, {"labelLimit", 180}, {"domain", false},
          {"ticks", false},   {"labelPadding", 8}, {"labelFontSize", 12.5}};
}

Json text_of(std::string_view name, std::string_view title) {
  return titled(field(name, "nominal"), title);
}

/// About how wide a text is drawn: 7 pixels a letter, 12 where the script is wide.
std::size_t pixels(std::string_view text) {
  std::size_t sum = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xc0) sum += byte < 0xe0 ? 7 : 12;  // once a letter
  }
  return sum;
}

/// As many names of a legend side by side as the page has room for.
Json legend_columns(const Json& names) {
  constexpr std::size_t kSymbol = 24;
  std::size_t widest = 0;
  for (const Json& name : names) {
    widest = std::max(widest, pixels(name.get_ref<const std::string&>()));
  }
  return {{"expr", "max(1, min(" + std::to_string(names.size()) +
                       ", floor((containerSize()[0] - 70) / " + std::to_string(widest + kSymbol) +
                       ")))"}};
}

}  // namespace

Json palette() {
  return {{"light",
           {{"ink", colour::kInk},
            {"muted", colour::kMuted},
            {"line", colour::kLine},
            {"paper", colour::kPaper},
            {"surface", colour::kSurface},
            {"blue", colour::kBlue},
            {"orange", colour::kOrange},
            {"teal", colour::kTeal},
            {"grey", colour::kGrey},
            {"step-0", colour::kStep0},
            {"step-1", colour::kStep1},
            {"step-2", colour::kStep2},
            {"step-3", colour::kStep3},
            {"step-4", colour::kStep4}}},
          {"dark",
           {{"ink", "#e5eaf0"},
            {"muted", "#a5b1bf"},
            {"line", "#33404e"},
            {"paper", "#11171e"},
            {"surface", "#19212a"},
            {"blue", "#6cabec"},
            {"orange", "#f0a05c"},
            {"teal", "#5fc6b6"},
            {"grey", "#758494"},
            {"step-0", "#1f2f40"},
            {"step-1", "#2c4a6b"},
            {"step-2", "#3f6d9c"},
            {"step-3", "#7db5ee"},
            {"step-4", "#c3dffb"}}}};
}

Json chart_config(const NumberWords& numbers) {
  return {
      {"locale",
       {{"number",
         {{"decimal", numbers.decimal},
          {"thousands", numbers.thousands},
          {"grouping", {3}},
          {"currency", {"", ""}}}}}},
      {"font", kFont},
      {"background", "transparent"},
      {"padding", {{"left", 2}, {"right", 6}, {"top", 4}, {"bottom", 2}}},
      {"view", {{"stroke", nullptr}}},
      {"axis",
       {{"labelColor", colour::kMuted},
        {"titleColor", colour::kMuted},
        {"domainColor", colour::kLine},
        {"tickColor", colour::kLine},
        {"gridColor", colour::kLine},
        {"gridOpacity", 0.7},
        {"labelFontSize", 11.5},
        {"titleFontSize", 11.5},
        {"titleFontWeight", "normal"},
        {"titlePadding", 8},
        {"labelPadding", 5},
        {"labelSeparation", 6},
        {"tickCount", 5}}},
      {"axisX", {{"grid", false}}},
      {"axisY", {{"domain", false}, {"ticks", false}}},
      {"legend",
       {{"orient", "top"},
        {"title", nullptr},
        {"labelColor", colour::kInk},
        {"labelFontSize", 12},
        {"labelLimit", 260},
        {"symbolType", "circle"},
        {"symbolStrokeWidth", 2},
        {"columns", 3},
        {"offset", 8}}},
      {"text", {{"color", colour::kInk}, {"fontSize", 12}}},
      {"bar", {{"color", colour::kBlue}}},
      {"line", {{"strokeWidth", 2.2}, {"strokeCap", "round"}}},
      {"rule", {{"color", colour::kMuted}}},
  };
}

Json bar_chart(const std::vector<Bar>& bars) {
  Json values = Json::array();
  Json labels = Json::array();
  Json colours = Json::array();
  double longest = 0;
  std::size_t widest = 0;
  for (const Bar& bar : bars) {
    longest = std::max(longest, bar.length);
    widest = std::max(widest, bar.text.size());
    values.push_back({{"label", bar.label}, {"length", rounded(bar.length)}, {"text", bar.text}});
    labels.push_back(bar.label);
    colours.push_back(bar.colour);
  }
  Json y = field("label", "nominal");
  y["sort"] = nullptr;
  y["axis"] = bar_label_axis();
  Json x = field("length", "quantitative");
  x["axis"] = nullptr;
  // Room for the texts at the bars' ends, however narrow the chart is drawn.
  const std::string room = std::to_string(14 + 8 * widest);
  Json end = {{"expr", number_text(longest > 0 ? rounded(longest) : 1.0) +
                           " * width / max(width - " + room + ", width * 0.25)"}};
  x["scale"] = {{"domainMin", 0}, {"domainMax", std::move(end)}, {"nice", false}};
  Json colour = field("label", "nominal");
  colour["scale"] = {{"domain", std::move(labels)}, {"range", std::move(colours)}};
  colour["legend"] = nullptr;
  Json spec = base(static_cast<int>(34 * bars.size()), std::move(values));
  spec["encoding"] = {{"y", std::move(y)}, {"x", std::move(x)}};
  spec["layer"] = {{{"mark", {{"type", "bar"}, {"cornerRadiusEnd", 2}, {"height", 20}}},
                    {"encoding",
                     {{"color", std::move(colour)},
                      {"tooltip", {text_of("label", " "), text_of("text", "  ")}}}}},
                   {{"mark", {{"type", "text"}, {"align", "left"}, {"dx", 7}}},
                    {"encoding", {{"text", field("text", "nominal")}}}}};
  return spec;
}

Json split_bar_chart(const std::vector<SplitBar>& bars, std::string_view first,
                     std::string_view second) {
  Json values = Json::array();
  for (const SplitBar& bar : bars) {
    values.push_back({{"label", bar.label},
                      {"part", first},
                      {"order", 0},
                      {"length", rounded(bar.first)},
                      {"text", bar.first_text}});
    values.push_back({{"label", bar.label},
                      {"part", second},
                      {"order", 1},
                      {"length", rounded(bar.second)},
                      {"text", bar.second_text}});
  }
  Json y = field("label", "nominal");
  y["sort"] = nullptr;
  y["axis"] = bar_label_axis();
  Json x = titled(field("length", "quantitative"), "");
  x["axis"] = {{"title", nullptr},
               {"format", "~s"},
               {"labelExpr", "datum.value === 0 ? '0' : datum.label"},  // not 0k
               {"grid", true},
               {"domain", false}};
  Json colour = field("part", "nominal");
  colour["scale"] = {{"domain", {first, second}}, {"range", {colour::kBlue, colour::kOrange}}};
  Json spec = base(static_cast<int>(26 * bars.size()), std::move(values));
  spec["mark"] = {{"type", "bar"}, {"height", 16}};
  spec["encoding"] = {
      {"y", std::move(y)},
      {"x", std::move(x)},
      {"color", std::move(colour)},
      {"order", field("order", "quantitative")},
      {"tooltip", {text_of("label", " "), text_of("part", "  "), text_of("text", "   ")}}};
  return spec;
}

Json column_chart(const std::vector<Column>& columns,
                  const std::vector<std::pair<std::string_view, std::string_view>>& groups,
                  std::string_view x_title, std::string_view y_title) {
  Json values = Json::array();
  for (const Column& column : columns) {
    values.push_back({{"label", column.label},
                      {"height", rounded(column.height)},
                      {"text", column.text},
                      {"group", column.group}});
  }
  Json names = Json::array();
  Json colours = Json::array();
  for (const auto& [name, colour] : groups) {
    names.push_back(name);
    colours.push_back(colour);
  }
  Json x = titled(field("label", "ordinal"), x_title);
  x["sort"] = nullptr;
  x["axis"] = {{"labelAngle", 0}, {"labelOverlap", true}, {"ticks", false}};
  Json colour = field("group", "nominal");
  colour["legend"] = {{"columns", legend_columns(names)}};
  colour["scale"] = {{"domain", std::move(names)}, {"range", std::move(colours)}};
  Json spec = base(240, std::move(values));
  spec["mark"] = {{"type", "bar"}, {"cornerRadiusEnd", 2}};
  spec["encoding"] = {{"x", std::move(x)},
                      {"y", titled(field("height", "quantitative"), y_title)},
                      {"color", std::move(colour)},
                      {"tooltip", {text_of("label", x_title), text_of("text", y_title)}}};
  return spec;
}

Json curve_chart(const std::vector<Curve>& curves, std::string_view equal, std::string_view x_title,
                 std::string_view y_title) {
  Json values = Json::array();
  Json names = Json::array();
  Json colours = Json::array();
  for (const Curve& curve : curves) {
    names.push_back(curve.name);
    colours.push_back(curve.colour);
    for (const auto& point : *curve.points) {
      values.push_back({{"customers", rounded(point.customers)},
                        {"share", rounded(point.quantity)},
                        {"curve", curve.name}});
    }
  }
  names.push_back(equal);
  colours.push_back(colour::kGrey);
  const auto axis = [](std::string_view name, std::string_view title) {
    Json out = titled(field(name, "quantitative"), title);
    out["axis"] = {{"format", ".0%"}, {"grid", true}};
    out["scale"] = {{"domain", {0, 1}}};
    return out;
  };
  Json colour = field("curve", "nominal");
  colour["legend"] = {{"columns", legend_columns(names)}};
  colour["scale"] = {{"domain", std::move(names)}, {"range", std::move(colours)}};
  Json equal_values = {{{"customers", 0}, {"share", 0}, {"curve", equal}},
                       {{"customers", 1}, {"share", 1}, {"curve", equal}}};
  const auto percent = [](std::string_view name, std::string_view title) {
    Json out = titled(field(name, "quantitative"), title);
    out["format"] = ".1%";
    return out;
  };
  Json spec = base(300, std::move(values));
  spec["encoding"] = {{"x", axis("customers", x_title)},
                      {"y", axis("share", y_title)},
                      {"color", std::move(colour)}};
  spec["layer"] = {
      {{"data", {{"values", std::move(equal_values)}}},
       {"mark", {{"type", "line"}, {"strokeDash", {4, 4}}, {"strokeWidth", 1.4}}}},
      {{"mark", {{"type", "line"}, {"point", "transparent"}}},
       {"encoding",
        {{"tooltip",
          {text_of("curve", " "), percent("customers", x_title), percent("share", y_title)}}}}}};
  return spec;
}

namespace {

/// Milliseconds, as Vega counts time: so that no host parses a day in a time zone of its own.
std::int64_t milliseconds(Day day) { return std::int64_t{day.days} * 86'400'000; }

Json tracking_values(const std::vector<TrackingRow>& rows) {
  Json values = Json::array();
  for (const TrackingRow& row : rows) {
    Json value = {{"day", milliseconds(row.day)}};
    if (row.actual) value["actual"] = rounded(*row.actual);
    value[row.forecast ? "forecast" : "fitted"] = rounded(row.model);
    if (row.range) {
      value["low"] = rounded(row.range->low);
      value["high"] = rounded(row.range->high);
    }
    value["until"] = row.until;
    value["actual_text"] = row.actual_text;
    value["model_text"] = row.model_text;
    values.push_back(std::move(value));
  }
  return values;
}

/// Only rows where the field has a value.
Json having(std::string_view name) {
  Json filter = {{"field", name}, {"valid", true}};
  return Json::array({Json{{"filter", std::move(filter)}}});
}

Json purchases_axis(std::string_view name, std::string_view title) {
  Json y = titled(field(name, "quantitative"), title);
  y["axis"] = {{"format", ",~f"}};
  return y;
}

Json line_layer(std::string_view name, std::string_view label, const Json& scale, bool dashed,
                std::string_view y_title) {
  Json mark = {{"type", "line"}};
  if (dashed) mark["strokeDash"] = {5, 4};
  Json colour = {{"datum", label}, {"type", "nominal"}, {"scale", scale}};
  return {{"transform", having(name)},
          {"mark", std::move(mark)},
          {"encoding", {{"y", purchases_axis(name, y_title)}, {"color", std::move(colour)}}}};
}

Json range_layer(std::string_view y_title) {
  Json mark = {{"type", "area"}, {"color", colour::kOrange}, {"opacity", 0.2}};
  Json upper = {{"field", "high"}};
  return {{"transform", having("high")},
          {"mark", std::move(mark)},
          {"encoding", {{"y", purchases_axis("low", y_title)}, {"y2", std::move(upper)}}}};
}

/// Shows the values of the nearest day.
Json hover_layer(const TrackingLabels& labels) {
  Json shown = {{"param", "hover"}, {"empty", false}, {"value", 0.5}};
  Json opacity = {{"condition", std::move(shown)}, {"value", 0}};
  Json select = {{"type", "point"},
                 {"on", "pointerover"},
                 {"nearest", true},
                 {"clear", "pointerout"},
                 {"encodings", Json::array({"x"})}};
  Json hover = {{"name", "hover"}, {"select", std::move(select)}};
  Json mark = {{"type", "rule"}, {"strokeWidth", 1}};
  return {{"params", Json::array({std::move(hover)})},
          {"mark", std::move(mark)},
          {"encoding",
           {{"opacity", std::move(opacity)},
            {"tooltip",
             {text_of("until", labels.until), text_of("actual_text", labels.actual),
              text_of("model_text", labels.model)}}}}};
}

/// A line at the day of the cut, with its date.
void mark_cut(Json& layers, Day as_of, std::string_view text_of_day) {
  Json value = {{"day", milliseconds(as_of)}, {"text", text_of_day}};
  const Json data = {{"values", Json::array({std::move(value)})}};
  Json rule = {{"type", "rule"}, {"strokeDash", {2, 3}}};
  layers.push_back({{"data", data}, {"mark", std::move(rule)}});
  Json text = {{"type", "text"}, {"align", "right"}, {"baseline", "top"},
               {"dx", -6},       {"fontSize", 11},   {"color", colour::kMuted}};
  Json top = {{"value", 0}};
  layers.push_back({{"data", data},
                    {"mark", std::move(text)},
                    {"encoding", {{"y", std::move(top)}, {"text", field("text", "nominal")}}}});
}

}  // namespace

Json tracking_chart(const std::vector<TrackingRow>& rows, Day as_of, const TrackingLabels& labels) {
  const auto any = [&](auto&& has) { return std::any_of(rows.begin(), rows.end(), has); };
  const bool forecast = any([](const TrackingRow& row) { return row.forecast; });
  Json names = {labels.actual, labels.fitted};
  Json colours = {colour::kInk, colour::kTeal};
  if (forecast) {
    names.push_back(labels.forecast);
    colours.push_back(colour::kOrange);
  }
  const Json scale = {{"domain", std::move(names)}, {"range", std::move(colours)}};

  Json spec = base(290, tracking_values(rows));
  Json x = field("day", "temporal");
  x["scale"] = {{"type", "utc"}};
  x["axis"] = {{"title", nullptr},
               {"format", labels.axis_month},
               {"labelOverlap", true},
               {"labelSeparation", 10}};
  spec["encoding"]["x"] = std::move(x);
  Json layers = Json::array();
  if (any([](const TrackingRow& row) { return row.range.has_value(); })) {
    layers.push_back(range_layer(labels.y_title));
  }
  layers.push_back(line_layer("fitted", labels.fitted, scale, true, labels.y_title));
  if (forecast) {
    layers.push_back(line_layer("forecast", labels.forecast, scale, false, labels.y_title));
  }
  layers.push_back(line_layer("actual", labels.actual, scale, false, labels.y_title));
  if (forecast) mark_cut(layers, as_of, labels.as_of);
  layers.push_back(hover_layer(labels));
  spec["layer"] = std::move(layers);
  return spec;
}

namespace {

constexpr std::array<std::string_view, kHeatSteps> kHeatColours = {
    colour::kStep0, colour::kStep1, colour::kStep2, colour::kStep3, colour::kStep4};
/// From this step on texts stand on the dark side of the palette.
constexpr std::size_t kDarkFrom = 3;

Json heat_axis(std::string_view name, std::string_view title,
               const std::vector<std::string>& labels) {
  Json out = titled(field(name, "ordinal"), title);
  out["scale"] = {{"domain", labels}, {"paddingInner", 0.05}, {"paddingOuter", 0}};
  out["axis"] = {{"domain", false}, {"ticks", false}, {"labelAngle", 0}, {"labelOverlap", true}};
  return out;
}

}  // namespace

Json heat_map(const HeatMap& map) {
  Json values = Json::array();
  std::size_t widest = 1;
  for (const HeatCell& cell : map.cells) {
    widest = std::max(widest, cell.text.size());
    values.push_back({{"x", map.columns[cell.x]},
                      {"y", map.rows[cell.y]},
                      {"step", map.steps[cell.step]},
                      {"dark", cell.step >= kDarkFrom},
                      {"text", cell.text},
                      {"tip", cell.tip}});
  }
  Json colours = Json::array();
  for (std::size_t i = 0; i < map.steps.size(); ++i) colours.push_back(kHeatColours[i]);
  Json colour = field("step", "nominal");
  colour["scale"] = {{"domain", map.steps}, {"range", std::move(colours)}};
  colour["legend"] = {{"symbolType", "square"}, {"columns", legend_columns(Json(map.steps))}};
  Json spec = base(static_cast<int>(30 * map.rows.size()), std::move(values));
  spec["encoding"] = {{"x", heat_axis("x", map.x_title, map.columns)},
                      {"y", heat_axis("y", map.y_title, map.rows)},
                      {"tooltip", {text_of("tip", " ")}}};
  // A text is left out where its cell is too narrow for it.
  Json size = {{"expr", "width / " + std::to_string(map.columns.size()) + " < " +
                            std::to_string(7 * widest + 4) + " ? 0 : 11.5"}};
  Json dark = {{"test", "datum.dark"}, {"value", colour::kPaper}};
  spec["layer"] = {{{"mark", {{"type", "rect"}, {"cornerRadius", 2}}},
                    {"encoding", {{"color", std::move(colour)}}}},
                   {{"mark", {{"type", "text"}, {"fontSize", std::move(size)}}},
                    {"encoding",
                     {{"text", field("text", "nominal")},
                      {"color", {{"condition", std::move(dark)}, {"value", colour::kInk}}}}}}};
  return spec;
}

namespace {

constexpr double kNodeWidth = 0.016;
constexpr int kFlowHeight = 300;
constexpr double kLabelHeight = 17;  ///< Pixels between two labels at least.
constexpr int kFlowPoints = 16;

/// Tops of nodes one under the other, with gaps between.
std::vector<double> tops_of(const std::vector<FlowNode>& nodes, double gap) {
  std::vector<double> tops;
  double top = 0;
  for (const FlowNode& node : nodes) {
    tops.push_back(top);
    if (node.size > 0) top += node.size + gap;
  }
  return tops;
}

void add_nodes(const std::vector<FlowNode>& nodes, const std::vector<double>& tops, bool right,
               double per_pixel, Json& rects, Json& labels) {
  double last = -1e300;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!(nodes[i].size > 0)) continue;
    rects.push_back({{"x", right ? 1 - kNodeWidth : 0.0},
                     {"x2", right ? 1.0 : kNodeWidth},
                     {"y", rounded(tops[i])},
                     {"y2", rounded(tops[i] + nodes[i].size)},
                     {"colour", nodes[i].colour.substr(1)},
                     {"tip", nodes[i].label}});
    // Labels of thin nodes move down, so that none lies over another.
    const double middle = std::max(tops[i] + nodes[i].size / 2, last + kLabelHeight * per_pixel);
    last = middle;
    labels.push_back({{"x", right ? 1 - 1.6 * kNodeWidth : 1.6 * kNodeWidth},
                      {"y", rounded(middle)},
                      {"text", nodes[i].label}});
  }
}

/// The outline of a band: level at both ends and steepest in the middle.
void add_band(Json& values, std::size_t number, const FlowBand& band, double left, double right,
              std::string_view colour) {
  for (int k = 0; k <= kFlowPoints; ++k) {
    const double t = static_cast<double>(k) / kFlowPoints;
    const double top = left + (right - left) * t * t * (3 - 2 * t);
    values.push_back({{"x", rounded(kNodeWidth + (1 - 2 * kNodeWidth) * t)},
                      {"y", rounded(top)},
                      {"y2", rounded(top + band.size)},
                      {"band", number},
                      {"colour", colour.substr(1)},
                      {"tip", band.tip}});
  }
}

Json flow_layer(Json values, Json mark, Json encoding) {
  return {{"data", {{"values", std::move(values)}}},
          {"mark", std::move(mark)},
          {"encoding", std::move(encoding)}};
}

/// Through a scale, so that a host can replace the colours.
Json own_colour() {
  constexpr std::array<std::string_view, 9> kKnown = {
      colour::kStep1, colour::kStep2, colour::kStep3,  colour::kStep4, colour::kGrey,
      colour::kBlue,  colour::kTeal,  colour::kOrange, colour::kStep0};
  Json names = Json::array();
  for (const std::string_view known : kKnown) names.push_back(known.substr(1));
  Json colour = field("colour", "nominal");
  colour["scale"] = {{"domain", std::move(names)}, {"range", kKnown}};
  colour["legend"] = nullptr;
  return colour;
}

}  // namespace

Json flow_chart(const FlowChart& chart) {
  double total = 0;
  for (const FlowNode& node : chart.right) total += node.size;
  const double gap = 0.035 * total;
  const std::vector<double> left = tops_of(chart.left, gap);
  const std::vector<double> right = tops_of(chart.right, gap);
  const double height = total + gap * static_cast<double>(std::max(left.size(), right.size()));
  const double per_pixel = height / kFlowHeight;
  std::vector<double> from = left;
  std::vector<double> to = right;
  Json bands = Json::array();
  for (std::size_t i = 0; i < chart.bands.size(); ++i) {
    const FlowBand& band = chart.bands[i];
    add_band(bands, i, band, from[band.from], to[band.to], chart.left[band.from].colour);
    from[band.from] += band.size;
    to[band.to] += band.size;
  }
  Json rects = Json::array();
  Json left_labels = Json::array();
  Json right_labels = Json::array();
  add_nodes(chart.left, left, false, per_pixel, rects, left_labels);
  add_nodes(chart.right, right, true, per_pixel, rects, right_labels);

  const auto x = [](std::string_view name) {
    Json out = field(name, "quantitative");
    out["scale"] = {{"domain", {0, 1}}, {"nice", false}};
    out["axis"] = nullptr;
    return out;
  };
  const auto y = [&](std::string_view name) {
    Json out = field(name, "quantitative");
    out["scale"] = {{"domain", {0, rounded(height)}}, {"reverse", true}, {"nice", false}};
    out["axis"] = nullptr;
    return out;
  };
  const Json tip = Json::array({text_of("tip", " ")});
  Json spec = base(kFlowHeight, std::move(bands));
  spec["layer"] = {
      {{"mark", {{"type", "area"}, {"opacity", 0.4}}},
       {"encoding",
        {{"x", x("x")},
         {"y", y("y")},
         {"y2", {{"field", "y2"}}},
         {"detail", field("band", "nominal")},
         {"fill", own_colour()},
         {"tooltip", tip}}}},
      flow_layer(std::move(rects), {{"type", "rect"}},
                 {{"x", x("x")},
                  {"x2", {{"field", "x2"}}},
                  {"y", y("y")},
                  {"y2", {{"field", "y2"}}},
                  {"fill", own_colour()},
                  {"tooltip", tip}}),
      flow_layer(std::move(left_labels), {{"type", "text"}, {"align", "left"}, {"limit", 170}},
                 {{"x", x("x")}, {"y", y("y")}, {"text", field("text", "nominal")}}),
      flow_layer(std::move(right_labels), {{"type", "text"}, {"align", "right"}, {"limit", 170}},
                 {{"x", x("x")}, {"y", y("y")}, {"text", field("text", "nominal")}})};
  return spec;
}

Json range_chart(const std::vector<RangeLine>& lines, std::string_view y_title,
                 std::string_view axis_month) {
  Json values = Json::array();
  Json names = Json::array();
  Json colours = Json::array();
  for (const RangeLine& line : lines) {
    names.push_back(line.name);
    colours.push_back(line.colour);
    for (const RangePoint& point : line.points) {
      Json value = {{"day", milliseconds(point.day)},
                    {"value", rounded(point.value)},
                    {"line", line.name},
                    {"text", point.text},
                    {"until", point.day_text}};
      const ReportRange range = point.range.value_or(ReportRange{point.value, point.value});
      value["low"] = rounded(range.low);
      value["high"] = rounded(range.high);
      values.push_back(std::move(value));
    }
  }
  Json spec = base(280, std::move(values));
  Json x = field("day", "temporal");
  x["scale"] = {{"type", "utc"}};
  x["axis"] = {{"title", nullptr}, {"format", axis_month}, {"labelOverlap", true}};
  Json colour = field("line", "nominal");
  colour["legend"] = {{"symbolOpacity", 1}, {"columns", legend_columns(names)}};
  colour["scale"] = {{"domain", std::move(names)}, {"range", std::move(colours)}};
  spec["encoding"] = {{"x", std::move(x)}, {"color", std::move(colour)}};
  Json low = purchases_axis("low", y_title);
  spec["layer"] = {
      {{"mark", {{"type", "area"}, {"opacity", 0.16}}},
       {"encoding", {{"y", std::move(low)}, {"y2", {{"field", "high"}}}}}},
      {{"mark", {{"type", "line"}, {"point", true}}},
       {"encoding",
        {{"y", purchases_axis("value", y_title)},
         {"tooltip", {text_of("line", " "), text_of("until", "  "), text_of("text", "   ")}}}}}};
  return spec;
}

}  // namespace fidelia::report
