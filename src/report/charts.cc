// SPDX-License-Identifier: Apache-2.0
#include "src/report/charts.h"

#include <algorithm>
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
            {"step-1", "#34567a"},
            {"step-2", "#4a7fb5"},
            {"step-3", "#7db5ee"},
            {"step-4", "#c3dffb"}}}};
}

Json chart_config() {
  return {
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
  Json spec = base({{"step", 34}}, std::move(values));
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
  x["axis"] = {{"title", nullptr}, {"format", "~s"}, {"grid", true}, {"domain", false}};
  Json colour = field("part", "nominal");
  colour["scale"] = {{"domain", {first, second}}, {"range", {colour::kBlue, colour::kOrange}}};
  Json spec = base({{"step", 26}}, std::move(values));
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
    value["until"] = format_day(row.day);
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
void mark_cut(Json& layers, Day as_of) {
  Json value = {{"day", milliseconds(as_of)}, {"text", format_day(as_of)}};
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
  x["axis"] = {
      {"title", nullptr}, {"format", "%Y-%m"}, {"labelOverlap", true}, {"labelSeparation", 10}};
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
  if (forecast) mark_cut(layers, as_of);
  layers.push_back(hover_layer(labels));
  spec["layer"] = std::move(layers);
  return spec;
}

}  // namespace fidelia::report
