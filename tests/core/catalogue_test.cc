// SPDX-License-Identifier: Apache-2.0
//
// Goal: options are checked by their declaration, models read back to the same bits, and the
// catalogue describes itself without a gap. Method: each option kind with good and bad values;
// random records (RapidCheck) through JSON and back; a walk over all entries.
#include "fidelia/core/catalogue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 2> kWords = {"red", "green"};
enum class Colour : std::int8_t { red, green };

struct Options {
  bool flag = true;
  std::int64_t whole = 3;
  double real = 0.5;
  std::string text = "a";
  std::optional<Day> day;
  std::optional<double> maybe;
  Colour colour = Colour::red;
};

const OptionsSpec<Options>& options_spec() {
  static const auto& spec = *new OptionsSpec<Options>(
      OptionsSpec<Options>()
          .option("flag", &Options::flag, {.help = "f"})
          .option("whole", &Options::whole, {.help = "w", .min = 1, .max = 5})
          .option("real", &Options::real, {.help = "r", .min = 0, .max = 1})
          .option("text", &Options::text, {.help = "t"})
          .option("day", &Options::day, {.help = "d"})
          .option("maybe", &Options::maybe, {.help = "m"})
          .option("colour", &Options::colour, {.help = "c", .words = kWords}));
  return spec;
}

TEST(Options, TakeDefaultsFromTheStruct) {
  EXPECT_EQ(options_spec().find("whole")->default_text, "3");
  EXPECT_EQ(options_spec().find("real")->default_text, "0.5");
  EXPECT_EQ(options_spec().find("flag")->default_text, "true");
  EXPECT_EQ(options_spec().find("colour")->default_text, "red");
  EXPECT_EQ(options_spec().find("day")->default_text, "");
}

TEST(Options, ReadValuesAndTheirText) {
  Options o;
  ASSERT_TRUE(options_spec()
                  .apply({{"flag", std::string("no")},
                          {"whole", std::string("5")},
                          {"real", std::int64_t{1}},
                          {"text", std::string("b")},
                          {"day", std::string("2023-12-31")},
                          {"maybe", 2.5},
                          {"colour", std::string("green")}},
                         &o)
                  .ok());
  EXPECT_FALSE(o.flag);
  EXPECT_EQ(o.whole, 5);
  EXPECT_EQ(o.real, 1);
  EXPECT_EQ(o.text, "b");
  EXPECT_EQ(format_day(*o.day), "2023-12-31");
  EXPECT_EQ(*o.maybe, 2.5);
  EXPECT_EQ(o.colour, Colour::green);
}

TEST(Options, RefuseWhatDoesNotFitByName) {
  const std::vector<std::pair<std::string, OptionValue>> bad = {
      {"flag", std::string("perhaps")},
      {"flag", 0.5},
      {"whole", std::string("3.5")},
      {"whole", std::int64_t{6}},
      {"whole", 2.5},
      {"real", std::string("nan")},
      {"real", std::nan("")},
      {"real", 1.5},
      {"text", std::int64_t{1}},
      {"day", std::string("2023-02-30")},
      {"colour", std::string("blue")},
      {"maybe", std::string("x")},
  };
  for (const auto& [name, value] : bad) {
    Options o;
    const Status status = options_spec().apply({{name, value}}, &o);
    EXPECT_EQ(status.code(), Code::invalid_argument) << name;
    EXPECT_EQ(status.column(), name);
  }
  Options o;
  EXPECT_NE(
      options_spec().apply({{"colour", std::string("blue")}}, &o).message().find("red, green"),
      std::string::npos);
}

ModelRecord sample_record() {
  ModelRecord record;
  record.model = "bg_nbd";
  record.parameters = {{"r", 0.2425945}, {"alpha", 4.4136}, {"a", 0.7929}, {"b", 2.4259}};
  record.log_likelihood = -9582.4292;
  record.covariance.assign(16, 0.25);
  record.converged = true;
  record.reason = "converged";
  record.iterations = 6;
  record.data = {{"customers", 2357}};
  record.options = {{"max_iterations", "200"}};
  record.version = "0";
  return record;
}

RC_GTEST_PROP(ModelRecord, ReadsBackToTheSameBits, (std::vector<double> values)) {
  ModelRecord record = sample_record();
  record.parameters.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    RC_PRE(std::isfinite(values[i]));
    record.parameters.emplace_back("p" + std::to_string(i), values[i]);
  }
  record.covariance.assign(values.size() * values.size(), 1.0 / 3);
  const auto again = model_from_json(model_to_json(record));
  RC_ASSERT(again.ok());
  RC_ASSERT(again->parameters == record.parameters);
  RC_ASSERT(again->covariance == record.covariance);
  RC_ASSERT(again->log_likelihood == record.log_likelihood);
  RC_ASSERT(again->data == record.data);
  RC_ASSERT(again->options == record.options);
}

TEST(ModelRecord, RefusesWhatIsNoModelFile) {
  using Json = nlohmann::json;
  const Json good = Json::parse(model_to_json(sample_record()));
  ASSERT_TRUE(load_model(good.dump()).ok());
  std::vector<std::string> bad = {
      "", "{", "[]", "null", "{}", "\"x\"", std::string(2 << 20, ' '), std::string(100'000, '[')};
  const auto with = [&](const char* key, Json value) {
    Json file = good;
    file[key] = std::move(value);
    bad.push_back(file.dump());
  };
  with("format", "other");
  with("format_version", 99);
  with("model", "purchase_summary");
  with("model", "no_such");
  with("parameters", {{"r", "x"}});
  with("parameters", {{"r", 1}});
  with("parameters", {{"r", -1}, {"alpha", 4}, {"a", 1}, {"b", 1}});
  with("covariance", {{1, 2}, {3, 4}});
  with("converged", "yes");
  with("data", 3);
  with("options", {{"a", 1}});
  for (const std::string& text : bad) {
    EXPECT_FALSE(load_model(text).ok()) << text.substr(0, 80);
  }
}

TEST(Catalogue, DescribesEveryEntryInFull) {
  std::set<std::string> names;
  for (const Entry& entry : catalogue()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.help.empty()) << entry.name;
    const auto text = describe(entry.name);
    ASSERT_TRUE(text.ok());
    const auto json = nlohmann::json::parse(*text);
    for (const auto& slots : {json["inputs"], json["outputs"]}) {
      for (const auto& slot : slots) {
        for (const auto& column : slot["table"]["columns"]) {
          EXPECT_NE(column["help"], "") << entry.name << " " << column["name"];
        }
      }
    }
    for (const auto& option : json["options"]) {
      EXPECT_NE(option["help"], "") << entry.name << " " << option["name"];
    }
  }
  EXPECT_TRUE(names.contains("purchase_summary"));
}

TEST(Catalogue, NamesTheNearestEntry) {
  const auto entry = find_entry("purchase_sumary");
  ASSERT_FALSE(entry.ok());
  EXPECT_NE(entry.status().message().find("purchase_summary"), std::string::npos);
}

TEST(Catalogue, RefusesUnknownTablesAndOptions) {
  Context context;
  CallFrame no_table;
  EXPECT_EQ(call_entry("purchase_summary", no_table, context).code(), Code::invalid_argument);
  CallFrame fact;
  EXPECT_EQ(call_entry("orders", fact, context).code(), Code::invalid_argument);
  CallFrame model;
  EXPECT_EQ(call_entry("bg_nbd", model, context).code(), Code::invalid_argument);
}

}  // namespace
}  // namespace fidelia
