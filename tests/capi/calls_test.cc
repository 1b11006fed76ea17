// SPDX-License-Identifier: Apache-2.0
//
// Goal: the C ABI keeps what its header promises to every host.
// Method: a program linked to libfidelia.so alone. Each promise of the header's list is tried at
// every function where it can be broken: NULLs, structs of other sizes, names that are not there,
// errors, ownership; then the way from orders to scores, compared bit for bit.
#include <fidelia.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/capi/host.h"

namespace fidelia_host {
namespace {

/// Fails unless the call failed as expected with a whole error object.
class Failure {
 public:
  Failure() = default;
  Failure(const Failure&) = delete;
  Failure& operator=(const Failure&) = delete;
  ~Failure() { fidelia_error_destroy(error_); }

  fidelia_error** out() {
    fidelia_error_destroy(std::exchange(error_, nullptr));
    return &error_;
  }
  std::string message() const { return fidelia_error_message(error_); }
  std::string column() const { return fidelia_error_column(error_); }
  std::int64_t row() const { return fidelia_error_row(error_); }
  fidelia_status status() const { return fidelia_error_status(error_); }

 private:
  fidelia_error* error_ = nullptr;
};

// ---- NULL

TEST(CApiNull, GettersAndDestructorsTakeNull) {
  EXPECT_EQ(fidelia_error_status(nullptr), FIDELIA_OK);
  EXPECT_STREQ(fidelia_error_message(nullptr), "");
  EXPECT_EQ(fidelia_error_row(nullptr), -1);
  EXPECT_STREQ(fidelia_error_column(nullptr), "");
  EXPECT_STREQ(fidelia_text_data(nullptr), "");
  EXPECT_EQ(fidelia_text_length(nullptr), 0u);
  fidelia_error_destroy(nullptr);
  fidelia_text_destroy(nullptr);
  fidelia_context_cancel(nullptr);
  fidelia_context_reset(nullptr);
  fidelia_context_destroy(nullptr);
  fidelia_options_destroy(nullptr);
  fidelia_model_destroy(nullptr);
  fidelia_scorer_destroy(nullptr);
}

TEST(CApiNull, EveryNullIsNamed) {
  const Context context = make_context();
  const Options options = make_options();
  const Model model = fitted(context.get(), "bg_nbd", orders(100));
  fidelia_options* o = options.get();
  fidelia_context* c = context.get();
  fidelia_text* text = nullptr;
  fidelia_model* out = nullptr;
  fidelia_scorer* scorer = nullptr;
  Failure f;
  const auto refused = [&](fidelia_status status, const std::string& name) {
    EXPECT_EQ(status, FIDELIA_INVALID_ARGUMENT) << name;
    EXPECT_EQ(f.status(), FIDELIA_INVALID_ARGUMENT) << name;
    EXPECT_EQ(f.column(), name);
    EXPECT_NE(f.message().find(name), std::string::npos) << f.message();
    EXPECT_EQ(f.row(), -1);
  };
  refused(fidelia_context_create(nullptr, nullptr, f.out()), "out");
  refused(fidelia_options_create(nullptr, f.out()), "out");
  refused(fidelia_options_set_flag(nullptr, "a", 1, f.out()), "options");
  refused(fidelia_options_set_flag(o, nullptr, 1, f.out()), "name");
  refused(fidelia_options_set_integer(nullptr, "a", 1, f.out()), "options");
  refused(fidelia_options_set_integer(o, nullptr, 1, f.out()), "name");
  refused(fidelia_options_set_real(nullptr, "a", 1, f.out()), "options");
  refused(fidelia_options_set_real(o, nullptr, 1, f.out()), "name");
  refused(fidelia_options_set_text(nullptr, "a", "b", f.out()), "options");
  refused(fidelia_options_set_text(o, nullptr, "b", f.out()), "name");
  refused(fidelia_options_set_text(o, "a", nullptr, f.out()), "value");
  refused(fidelia_options_set_day(nullptr, "a", 1, f.out()), "options");
  refused(fidelia_options_set_day(o, nullptr, 1, f.out()), "name");
  refused(fidelia_options_set_model(nullptr, "a", model.get(), f.out()), "options");
  refused(fidelia_options_set_model(o, nullptr, model.get(), f.out()), "name");
  refused(fidelia_options_set_model(o, "a", nullptr, f.out()), "model");
  refused(fidelia_options_map_column(nullptr, "", "a", "b", f.out()), "options");
  refused(fidelia_options_map_column(o, nullptr, "a", "b", f.out()), "input");
  refused(fidelia_options_map_column(o, "", nullptr, "b", f.out()), "column");
  refused(fidelia_options_map_column(o, "", "a", nullptr, f.out()), "source");
  refused(fidelia_describe(nullptr, &text, f.out()), "name");
  refused(fidelia_describe("", nullptr, f.out()), "out");
  refused(
      fidelia_call(nullptr, "bg_nbd", nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0, f.out()),
      "context");
  refused(fidelia_call(c, nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0, f.out()),
          "name");
  refused(fidelia_call(c, "purchase_summary", nullptr, nullptr, 1, nullptr, nullptr, nullptr, 0,
                       f.out()),
          "inputs");
  refused(fidelia_call(c, "purchase_summary", nullptr, nullptr, 0, nullptr, nullptr, nullptr, 1,
                       f.out()),
          "outputs");
  refused(fidelia_model_fit(c, "bg_nbd", nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0, nullptr,
                            f.out()),
          "out");
  refused(fidelia_model_fit(nullptr, "bg_nbd", nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0,
                            &out, f.out()),
          "context");
  refused(fidelia_model_fit(c, nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr, 0, &out,
                            f.out()),
          "name");
  refused(fidelia_model_call(nullptr, model.get(), "predict", nullptr, nullptr, 0, nullptr, nullptr,
                             nullptr, 0, f.out()),
          "context");
  refused(fidelia_model_call(c, nullptr, "predict", nullptr, nullptr, 0, nullptr, nullptr, nullptr,
                             0, f.out()),
          "model");
  refused(fidelia_model_call(c, model.get(), nullptr, nullptr, nullptr, 0, nullptr, nullptr,
                             nullptr, 0, f.out()),
          "call");
  refused(fidelia_model_save(nullptr, &text, f.out()), "model");
  refused(fidelia_model_save(model.get(), nullptr, f.out()), "out");
  refused(fidelia_model_load(nullptr, 0, &out, f.out()), "json");
  refused(fidelia_model_load("{}", 2, nullptr, f.out()), "out");
  refused(fidelia_scorer_create(nullptr, nullptr, nullptr, &scorer, f.out()), "purchase_model");
  refused(fidelia_scorer_create(model.get(), nullptr, nullptr, nullptr, f.out()), "out");
  refused(fidelia_scorer_score(nullptr, nullptr, nullptr, f.out()), "scorer");
  EXPECT_EQ(fidelia_describe(nullptr, &text, nullptr),
            FIDELIA_INVALID_ARGUMENT);  // No error wanted.
  EXPECT_EQ(text, nullptr);
  EXPECT_EQ(out, nullptr);
}

TEST(CApiNull, NullsInListsAreRefusedAndTheRestIsConsumed) {
  const Context context = make_context();
  Stream in;
  open_stream(orders(5), &in);
  const char* names[] = {"orders", nullptr};
  ArrowArrayStream* inputs[] = {&in, nullptr};
  Failure f;
  EXPECT_EQ(fidelia_call(context.get(), "purchase_summary", names, inputs, 2, nullptr, nullptr,
                         nullptr, 0, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(in.release, nullptr);
  open_stream(orders(5), &in);
  EXPECT_EQ(
      fidelia_call(nullptr, nullptr, nullptr, inputs, 1, nullptr, nullptr, nullptr, 0, f.out()),
      FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(in.release, nullptr);
  EXPECT_EQ(fidelia_call(context.get(), "purchase_summary", names, inputs, -1, nullptr, nullptr,
                         nullptr, 0, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(live_structures(), 0);
}

// ---- Versions, description

TEST(CApi, SaysItsVersion) {
  EXPECT_EQ(fidelia_abi_version(),
            static_cast<std::uint32_t>(FIDELIA_ABI_MAJOR) << 16 | FIDELIA_ABI_MINOR);
  EXPECT_STREQ(fidelia_version(), FIDELIA_VERSION);
  const auto info = nlohmann::json::parse(fidelia_build_info());
  EXPECT_EQ(info.at("version"), FIDELIA_VERSION);
  EXPECT_TRUE(info.contains("compiler"));
  const auto levels = info.at("levels").get<std::vector<std::string>>();
  EXPECT_EQ(levels.front(), "baseline");
  const auto level = info.at("level").get<std::string>();
  EXPECT_NE(std::find(levels.begin(), levels.end(), level), levels.end());
}

TEST(CApi, DescribesEveryEntry) {
  fidelia_text* text = nullptr;
  ASSERT_EQ(fidelia_describe("", &text, nullptr), FIDELIA_OK);
  const auto all = nlohmann::json::parse(fidelia_text_data(text));
  EXPECT_EQ(fidelia_text_length(text), std::strlen(fidelia_text_data(text)));
  fidelia_text_destroy(text);
  std::set<std::string> names;
  for (const auto& entry : all.at("entries")) {
    const std::string name = entry.at("name");
    names.insert(name);
    text = nullptr;
    ASSERT_EQ(fidelia_describe(name.c_str(), &text, nullptr), FIDELIA_OK) << name;
    const auto one = nlohmann::json::parse(fidelia_text_data(text));
    EXPECT_EQ(one.at("name"), name);
    EXPECT_EQ(one.at("kind"), entry.at("kind"));
    fidelia_text_destroy(text);
  }
  EXPECT_TRUE(names.contains("purchase_summary"));
  EXPECT_TRUE(names.contains("bg_nbd"));
  Failure f;
  text = reinterpret_cast<fidelia_text*>(&f);
  EXPECT_EQ(fidelia_describe("bg_nbx", &text, f.out()), FIDELIA_NOT_FOUND);
  EXPECT_EQ(text, nullptr);
  EXPECT_NE(f.message().find("bg_nbd"), std::string::npos) << f.message();
}

// ---- Structs that grow

/// A struct followed by bytes of a version to come.
template <class T>
struct Longer {
  T known;
  std::array<unsigned char, 16> tail;
};

TEST(CApiStructs, ContextOptionsOfOtherSizes) {
  Longer<fidelia_context_options> longer{};
  longer.known.struct_size = sizeof(longer);
  longer.known.threads = 2;
  fidelia_context* context = nullptr;
  ASSERT_EQ(fidelia_context_create(&longer.known, &context, nullptr), FIDELIA_OK);
  fidelia_context_destroy(context);
  longer.tail[15] = 1;
  Failure f;
  EXPECT_EQ(fidelia_context_create(&longer.known, &context, f.out()), FIDELIA_UNSUPPORTED);
  EXPECT_EQ(context, nullptr);
  EXPECT_EQ(f.column(), "options");

  fidelia_context_options shorter{};
  shorter.struct_size = 8;  // What lies behind is not read.
  shorter.level = 99;
  shorter.hooks = reinterpret_cast<const fidelia_hooks*>(&shorter);
  ASSERT_EQ(fidelia_context_create(&shorter, &context, nullptr), FIDELIA_OK);
  fidelia_context_destroy(context);
  for (const std::uint32_t size : {0u, 3u, 4097u, 0xffffffffu}) {
    shorter.struct_size = size;
    EXPECT_EQ(fidelia_context_create(&shorter, &context, f.out()), FIDELIA_INVALID_ARGUMENT)
        << size;
  }
}

TEST(CApiStructs, ContextOptionsOutOfRange) {
  Failure f;
  fidelia_context* context = nullptr;
  const auto create = [&](auto change) {
    fidelia_context_options options{};
    options.struct_size = sizeof(options);
    fidelia_hooks hooks = no_hooks(nullptr);
    options.hooks = &hooks;
    change(options, hooks);
    const fidelia_status status = fidelia_context_create(&options, &context, f.out());
    EXPECT_EQ(context, nullptr);
    return status;
  };
  using O = fidelia_context_options;
  using H = fidelia_hooks;
  EXPECT_EQ(create([](O& o, H&) { o.level = 4; }), FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(create([](O& o, H&) { o.level = -1; }), FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(create([](O& o, H&) { o.threads = 1025; }), FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(create([](O& o, H&) { o.reserved = 1; }), FIDELIA_UNSUPPORTED);
  EXPECT_EQ(create([](O&, H& h) { h.reserved = 1; }), FIDELIA_UNSUPPORTED);
  EXPECT_EQ(create([](O&, H& h) { h.struct_size = 0; }), FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(create([](O&, H& h) {
              h.allocate = [](void*, std::size_t, std::size_t) -> void* { return nullptr; };
            }),
            FIDELIA_INVALID_ARGUMENT);
}

// ---- Errors

TEST(CApiErrors, NameRowAndColumnOverAllBatches) {
  const Context context = make_context();
  Table table = orders(20);
  ASSERT_GT(table[2].reals.size(), 30u);
  table[2].reals[25] = std::numeric_limits<double>::quiet_NaN();
  Stream in;
  open_stream(table, &in, 10);
  Stream out;
  const Options options = summary_options();
  Failure f;
  const fidelia_status status = call(context.get(), "purchase_summary", "orders", in, options.get(),
                                     "summary", &out, f.out());
  EXPECT_EQ(status, FIDELIA_INVALID_DATA);
  EXPECT_EQ(f.status(), status);
  EXPECT_EQ(f.row(), 25);
  EXPECT_EQ(f.column(), "amount");
  EXPECT_FALSE(f.message().empty());
  EXPECT_EQ(out.release, nullptr);
  EXPECT_EQ(live_structures(), 0);
}

TEST(CApiErrors, BadRowsAreSetAsideWhenAsked) {
  const Context context = make_context();
  Table table = orders(20);
  table[2].reals[7] = std::numeric_limits<double>::infinity();
  Stream in;
  open_stream(table, &in);
  const Options options = summary_options();
  ASSERT_EQ(fidelia_options_set_flag(options.get(), "strict", 0, nullptr), FIDELIA_OK);
  Stream rejected;
  ASSERT_EQ(call(context.get(), "purchase_summary", "orders", in, options.get(), "rejected",
                 &rejected, nullptr),
            FIDELIA_OK);
  const Cells rows = read(rejected);
  EXPECT_EQ(rows.at("row"), std::vector<std::string>{"7"});
  EXPECT_EQ(rows.at("column"), std::vector<std::string>{"amount"});
}

TEST(CApiErrors, AreLeftAloneOnSuccess) {
  auto* const mark = reinterpret_cast<fidelia_error*>(&live_structures());
  fidelia_error* error = mark;
  fidelia_context* context = nullptr;
  ASSERT_EQ(fidelia_context_create(nullptr, &context, &error), FIDELIA_OK);
  const Context owner(context);
  fidelia_text* text = nullptr;
  ASSERT_EQ(fidelia_describe("bg_nbd", &text, &error), FIDELIA_OK);
  const Text text_owner(text);
  Stream summary;
  ASSERT_EQ(summarise(context, orders(50), &summary, &error), FIDELIA_OK);
  Model model;
  ASSERT_EQ(fit(context, "bg_nbd", summary, model, &error), FIDELIA_OK);
  EXPECT_EQ(error, mark);
}

TEST(CApiErrors, OutliveEverything) {
  fidelia_error* error = nullptr;
  {
    const Context context = make_context();
    EXPECT_EQ(fidelia_call(context.get(), "no_such_entry", nullptr, nullptr, 0, nullptr, nullptr,
                           nullptr, 0, &error),
              FIDELIA_NOT_FOUND);
  }
  ASSERT_NE(error, nullptr);
  EXPECT_NE(std::string(fidelia_error_message(error)).find("no_such_entry"), std::string::npos);
  fidelia_error_destroy(error);
}

TEST(CApiErrors, UnknownNames) {
  const Context context = make_context();
  const Table table = orders(30);
  Failure f;
  Stream in;
  Stream out;
  const Options options = summary_options();
  const auto summary = [&](const char* entry, const char* input, const char* output) {
    open_stream(table, &in);
    return call(context.get(), entry, input, in, options.get(), output, &out, f.out());
  };
  EXPECT_EQ(summary("purchase_sumary", "orders", "summary"), FIDELIA_NOT_FOUND);
  EXPECT_EQ(summary("purchase_summary", "odors", "summary"), FIDELIA_NOT_FOUND);
  EXPECT_NE(f.message().find("orders"), std::string::npos) << f.message();
  EXPECT_EQ(summary("purchase_summary", "orders", "sumary"), FIDELIA_NOT_FOUND);
  EXPECT_NE(f.message().find("summary"), std::string::npos) << f.message();
  EXPECT_EQ(summary("bg_nbd", "summary", "rejected"),
            FIDELIA_INVALID_ARGUMENT);                                          // Is to be fitted.
  EXPECT_EQ(summary("orders", "orders", "summary"), FIDELIA_INVALID_ARGUMENT);  // Is a fact.
  Model model;
  open_stream(table, &in);
  EXPECT_EQ(fit(context.get(), "purchase_summary", in, model, f.out()), FIDELIA_INVALID_ARGUMENT);
  ASSERT_EQ(fidelia_options_set_integer(options.get(), "as_off", 1, nullptr), FIDELIA_OK);
  EXPECT_EQ(summary("purchase_summary", "orders", "summary"), FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(f.column(), "as_off");
  EXPECT_EQ(out.release, nullptr);
  EXPECT_EQ(live_structures(), 0);
}

TEST(CApiErrors, TheSameTableTwice) {
  const Context context = make_context();
  const Table table = orders(30);
  const Options options = summary_options();
  Failure f;
  Stream in;
  Stream first;
  Stream second;
  const char* input = "orders";
  ArrowArrayStream* inputs[] = {&in};
  const char* twice[] = {"summary", "summary"};
  ArrowArrayStream* outputs[] = {&first, &second};
  open_stream(table, &in);
  EXPECT_EQ(fidelia_call(context.get(), "purchase_summary", &input, inputs, 1, options.get(), twice,
                         outputs, 2, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(first.release, nullptr);
  const char* input_twice[] = {"orders", "orders"};
  Stream other;
  open_stream(table, &in);
  open_stream(table, &other);
  ArrowArrayStream* both[] = {&in, &other};
  EXPECT_EQ(fidelia_call(context.get(), "purchase_summary", input_twice, both, 2, options.get(),
                         nullptr, nullptr, 0, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(in.release, nullptr);
  EXPECT_EQ(other.release, nullptr);
  EXPECT_EQ(live_structures(), 0);
}

TEST(CApiErrors, AReleasedInputIsRefused) {
  const Context context = make_context();
  Stream in;
  Failure f;
  EXPECT_EQ(
      call(context.get(), "purchase_summary", "orders", in, nullptr, nullptr, nullptr, f.out()),
      FIDELIA_INVALID_ARGUMENT);
  EXPECT_NE(f.message().find("orders"), std::string::npos) << f.message();
}

TEST(CApiErrors, ABrokenModelFile) {
  Failure f;
  fidelia_model* model = nullptr;
  for (const std::string text : {"", "{", "[]", "{\"model\":\"nothing\"}", "\xff\xfe", "null"}) {
    EXPECT_NE(fidelia_model_load(text.data(), text.size(), &model, f.out()), FIDELIA_OK) << text;
    EXPECT_EQ(model, nullptr);
    EXPECT_FALSE(f.message().empty());
  }
}

// ---- Options

TEST(CApiOptions, EachKindIsHeard) {
  const Context context = make_context();
  const Table table = orders(60);
  const auto summary = [&](const Options& options) {
    Stream in;
    Stream out;
    open_stream(table, &in);
    EXPECT_EQ(call(context.get(), "purchase_summary", "orders", in, options.get(), "summary", &out,
                   nullptr),
              FIDELIA_OK);
    return read(out);
  };
  const Cells weeks = summary(summary_options());
  Options options = make_options();  // A day as text is the same day.
  ASSERT_EQ(fidelia_options_set_text(options.get(), "as_of", "2021-04-03", nullptr), FIDELIA_OK);
  EXPECT_EQ(summary(options), weeks);
  ASSERT_EQ(fidelia_options_set_text(options.get(), "unit", "D", nullptr), FIDELIA_OK);
  const Cells days = summary(options);
  EXPECT_NEAR(real(days.at("T")[3]), 7 * real(weeks.at("T")[3]), 1e-9);
  ASSERT_EQ(fidelia_options_set_text(options.get(), "unit", "W", nullptr),
            FIDELIA_OK);  // Replaces.
  EXPECT_EQ(summary(options), weeks);
  ASSERT_EQ(fidelia_options_set_flag(options.get(), "include_first", 1, nullptr), FIDELIA_OK);
  EXPECT_NE(summary(options).at("monetary_value"), weeks.at("monetary_value"));
}

TEST(CApiOptions, ColumnsUnderTheCallersNames) {
  const Context context = make_context();
  Table table = orders(40);
  Stream plain;
  ASSERT_EQ(summarise(context.get(), table, &plain), FIDELIA_OK);
  const Cells expected = read(plain);
  table[0].name = "Kunde";
  table[2].name = "Betrag";
  Options options = summary_options();
  ASSERT_EQ(fidelia_options_map_column(options.get(), "orders", "customer_id", "Kunde", nullptr),
            FIDELIA_OK);
  ASSERT_EQ(fidelia_options_map_column(options.get(), "", "amount", "Betrag", nullptr), FIDELIA_OK);
  Stream in;
  Stream out;
  open_stream(table, &in);
  ASSERT_EQ(call(context.get(), "purchase_summary", "orders", in, options.get(), "summary", &out,
                 nullptr),
            FIDELIA_OK);
  EXPECT_EQ(read(out), expected);
  ASSERT_EQ(fidelia_options_map_column(options.get(), "orders", "no_column", "x", nullptr),
            FIDELIA_OK);
  Failure f;
  open_stream(table, &in);
  EXPECT_EQ(call(context.get(), "purchase_summary", "orders", in, options.get(), "summary", &out,
                 f.out()),
            FIDELIA_NOT_FOUND);
  EXPECT_EQ(f.column(), "no_column");
}

TEST(CApiOptions, KindsAndRangesAreChecked) {
  const Context context = make_context();
  const auto with = [&](auto set, Failure& f) {
    Stream summary;
    EXPECT_EQ(summarise(context.get(), orders(30), &summary), FIDELIA_OK);
    const Options options = make_options();
    EXPECT_EQ(set(options.get()), FIDELIA_OK);
    const char* input = "summary";
    ArrowArrayStream* inputs[] = {&summary};
    fidelia_model* model = nullptr;
    const fidelia_status status =
        fidelia_model_fit(context.get(), "bg_nbd", &input, inputs, 1, options.get(), nullptr,
                          nullptr, 0, &model, f.out());
    fidelia_model_destroy(model);
    return status;
  };
  Failure f;
  using O = fidelia_options;
  const char* name = "max_iterations";
  EXPECT_EQ(with([&](O* o) { return fidelia_options_set_integer(o, name, 50, nullptr); }, f),
            FIDELIA_OK);
  EXPECT_EQ(with([&](O* o) { return fidelia_options_set_integer(o, name, 0, nullptr); }, f),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(f.column(), name);
  EXPECT_EQ(with([&](O* o) { return fidelia_options_set_real(o, name, 1.5, nullptr); }, f),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(with([&](O* o) { return fidelia_options_set_text(o, name, "many", nullptr); }, f),
            FIDELIA_INVALID_ARGUMENT);
}

// ---- Ownership

TEST(CApiOwnership, ResultsOutliveContextAndOptions) {
  Stream out;
  {
    const Context context = make_context(2);
    ASSERT_EQ(summarise(context.get(), orders(50), &out), FIDELIA_OK);
  }
  EXPECT_EQ(read(out).at("customer_id").size(), 50u);
  EXPECT_EQ(live_structures(), 0);
}

TEST(CApiOwnership, AnOptionKeepsItsModelAlive) {
  const Context context = make_context();
  const Table table = orders(300);
  const Options options = make_options();
  {
    const Model model = fitted(context.get(), "bg_nbd", table);
    ASSERT_EQ(fidelia_options_set_model(options.get(), "purchase_model", model.get(), nullptr),
              FIDELIA_OK);
  }
  Stream summary;
  ASSERT_EQ(summarise(context.get(), table, &summary), FIDELIA_OK);
  Stream out;
  ASSERT_EQ(call(context.get(), "customer_scores", "summary", summary, options.get(), "scores",
                 &out, nullptr),
            FIDELIA_OK);
  EXPECT_EQ(read(out).at("p_alive").size(), 300u);
}

TEST(CApiOwnership, AnOutputMayTakeItsInputsPlace) {
  const Context context = make_context();
  const Options options = summary_options();
  Stream stream;
  open_stream(orders(30), &stream);
  const char* input = "orders";
  const char* output = "summary";
  ArrowArrayStream* both[] = {&stream};
  ASSERT_EQ(fidelia_call(context.get(), "purchase_summary", &input, both, 1, options.get(), &output,
                         both, 1, nullptr),
            FIDELIA_OK);
  ASSERT_NE(stream.release, nullptr);
  EXPECT_EQ(read(stream).at("customer_id").size(), 30u);
  EXPECT_EQ(live_structures(), 0);
}

// ---- From orders to scores

TEST(CApiModels, SavedAndLoadedPredictsTheSameBits) {
  const Context context = make_context();
  const Table table = orders(300);
  for (const char* name : {"bg_nbd", "pareto_nbd", "gamma_gamma"}) {
    const Model model = fitted(context.get(), name, table);
    const std::string json = saved(model.get());
    EXPECT_EQ(nlohmann::json::parse(json).at("model"), name);
    fidelia_model* loaded = nullptr;
    ASSERT_EQ(fidelia_model_load(json.data(), json.size(), &loaded, nullptr), FIDELIA_OK) << name;
    const Model owner(loaded);
    const Cells first = predicted(context.get(), model.get(), table);
    EXPECT_EQ(first.at("customer_id").size(), 300u);
    EXPECT_EQ(predicted(context.get(), loaded, table), first) << name;
    EXPECT_EQ(saved(loaded), json);
  }
}

TEST(CApiModels, UnknownCall) {
  const Context context = make_context();
  const Model model = fitted(context.get(), "bg_nbd", orders(50));
  Failure f;
  EXPECT_EQ(fidelia_model_call(context.get(), model.get(), "predikt", nullptr, nullptr, 0, nullptr,
                               nullptr, nullptr, 0, f.out()),
            FIDELIA_NOT_FOUND);
  EXPECT_NE(f.message().find("predict"), std::string::npos) << f.message();
}

Cells batch_scores(fidelia_context* context, const Model& purchase, const Model& spend,
                   const Table& table) {
  const Options options = make_options();
  EXPECT_EQ(fidelia_options_set_model(options.get(), "purchase_model", purchase.get(), nullptr), 0);
  if (spend) {
    EXPECT_EQ(fidelia_options_set_model(options.get(), "spend_model", spend.get(), nullptr), 0);
  }
  EXPECT_EQ(fidelia_options_set_real(options.get(), "horizon", 26, nullptr), FIDELIA_OK);
  EXPECT_EQ(fidelia_options_set_real(options.get(), "margin", 0.3, nullptr), FIDELIA_OK);
  Stream summary;
  EXPECT_EQ(summarise(context, table, &summary), FIDELIA_OK);
  Stream out;
  EXPECT_EQ(
      call(context, "customer_scores", "summary", summary, options.get(), "scores", &out, nullptr),
      FIDELIA_OK);
  return read(out);
}

Scorer make_scorer(const Model& purchase, const Model& spend) {
  const Options options = make_options();
  EXPECT_EQ(fidelia_options_set_real(options.get(), "horizon", 26, nullptr), FIDELIA_OK);
  EXPECT_EQ(fidelia_options_set_real(options.get(), "margin", 0.3, nullptr), FIDELIA_OK);
  fidelia_scorer* scorer = nullptr;
  EXPECT_EQ(fidelia_scorer_create(purchase.get(), spend.get(), options.get(), &scorer, nullptr),
            FIDELIA_OK);
  return Scorer(scorer);
}

fidelia_customer customer_of(const Cells& cells, std::size_t row) {
  return {sizeof(fidelia_customer),         0,
          real(cells.at("frequency")[row]), real(cells.at("t_x")[row]),
          real(cells.at("T")[row]),         real(cells.at("monetary_value")[row])};
}

TEST(CApiScorer, OneCustomerScoresAsInATable) {
  const Context context = make_context();
  const Table table = orders(300);
  Model purchase = fitted(context.get(), "bg_nbd", table);
  Model spend = fitted(context.get(), "gamma_gamma", table);
  const Cells batch = batch_scores(context.get(), purchase, spend, table);
  const Scorer scorer = make_scorer(purchase, spend);
  purchase.reset();  // The scorer keeps what it needs.
  spend.reset();
  for (std::size_t i = 0; i < batch.at("p_alive").size(); ++i) {
    const fidelia_customer customer = customer_of(batch, i);
    fidelia_customer_score score{};
    score.struct_size = sizeof(score);
    ASSERT_EQ(fidelia_scorer_score(scorer.get(), &customer, &score, nullptr), FIDELIA_OK);
    const auto same = [&](const char* name, double value, std::uint32_t missing) {
      const std::string& cell = batch.at(name)[i];
      EXPECT_EQ((score.missing & missing) != 0, cell == "null") << name << " of row " << i;
      EXPECT_EQ(std::bit_cast<std::uint64_t>(real(cell)), std::bit_cast<std::uint64_t>(value))
          << name << " of row " << i;
    };
    same("p_alive", score.p_alive, 0);
    same("expected_purchases", score.expected_purchases, 0);
    same("expected_spend", score.expected_spend, FIDELIA_MISSING_EXPECTED_SPEND);
    same("lifetime_value", score.lifetime_value, FIDELIA_MISSING_LIFETIME_VALUE);
  }
}

TEST(CApiScorer, WithoutASpendModelSpendIsMissing) {
  const Context context = make_context();
  const Scorer scorer = make_scorer(fitted(context.get(), "bg_nbd", orders(100)), Model());
  const fidelia_customer customer = {sizeof(customer), 0, 3, 20, 30, 12.5};
  fidelia_customer_score score{};
  score.struct_size = sizeof(score);
  ASSERT_EQ(fidelia_scorer_score(scorer.get(), &customer, &score, nullptr), FIDELIA_OK);
  EXPECT_EQ(score.missing, FIDELIA_MISSING_EXPECTED_SPEND | FIDELIA_MISSING_LIFETIME_VALUE);
  EXPECT_GT(score.p_alive, 0);
  EXPECT_LE(score.p_alive, 1);
  EXPECT_EQ(score.expected_spend, 0);
}

TEST(CApiScorer, StructsOfOtherSizes) {
  const Context context = make_context();
  const Scorer scorer = make_scorer(fitted(context.get(), "bg_nbd", orders(100)), Model());
  Longer<fidelia_customer> customer{{sizeof(customer), 0, 3, 20, 30, 12.5}, {}};
  Longer<fidelia_customer_score> score{};
  score.known.struct_size = sizeof(score);
  score.tail.fill(7);
  ASSERT_EQ(fidelia_scorer_score(scorer.get(), &customer.known, &score.known, nullptr), FIDELIA_OK);
  EXPECT_EQ(score.known.struct_size, sizeof(score));
  EXPECT_GT(score.known.expected_purchases, 0);
  for (const unsigned char byte : score.tail) EXPECT_EQ(byte, 7);

  fidelia_customer_score shorter{};
  shorter.struct_size = offsetof(fidelia_customer_score, expected_purchases);
  shorter.expected_purchases = -1;
  ASSERT_EQ(fidelia_scorer_score(scorer.get(), &customer.known, &shorter, nullptr), FIDELIA_OK);
  EXPECT_EQ(shorter.p_alive, score.known.p_alive);
  EXPECT_EQ(shorter.expected_purchases, -1);

  Failure f;
  const auto refused = [&](fidelia_status expected) {
    EXPECT_EQ(fidelia_scorer_score(scorer.get(), &customer.known, &shorter, f.out()), expected);
  };
  customer.tail[0] = 1;
  refused(FIDELIA_UNSUPPORTED);
  EXPECT_EQ(f.column(), "customer");
  customer.tail[0] = 0;
  customer.known.reserved = 1;
  refused(FIDELIA_UNSUPPORTED);
  customer.known.reserved = 0;
  shorter.struct_size = 0;
  refused(FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(f.column(), "score");
}

TEST(CApiScorer, RefusesImpossibleCustomersAndOptions) {
  const Context context = make_context();
  const Model model = fitted(context.get(), "bg_nbd", orders(100));
  const Scorer scorer = make_scorer(model, Model());
  fidelia_customer_score score{};
  score.struct_size = sizeof(score);
  Failure f;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const fidelia_customer impossible[] = {{sizeof(fidelia_customer), 0, 3, 31, 30, 1},
                                         {sizeof(fidelia_customer), 0, -1, 0, 30, 1},
                                         {sizeof(fidelia_customer), 0, nan, 20, 30, 1},
                                         {sizeof(fidelia_customer), 0, 3, 20, nan, 1},
                                         {sizeof(fidelia_customer), 0, 3, nan, 30, 1},
                                         {sizeof(fidelia_customer), 0, 3, 20, 1 / 0.0, 1}};
  for (const fidelia_customer& customer : impossible) {
    EXPECT_EQ(fidelia_scorer_score(scorer.get(), &customer, &score, f.out()), FIDELIA_INVALID_DATA);
    EXPECT_FALSE(f.message().empty());
  }
  fidelia_scorer* none = nullptr;
  const Options options = make_options();
  ASSERT_EQ(fidelia_options_set_real(options.get(), "horizons", 1, nullptr), FIDELIA_OK);
  EXPECT_EQ(fidelia_scorer_create(model.get(), nullptr, options.get(), &none, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(f.column(), "horizons");
  // A purchase model is no spend model.
  EXPECT_EQ(fidelia_scorer_create(model.get(), model.get(), nullptr, &none, f.out()),
            FIDELIA_INVALID_ARGUMENT);
  EXPECT_EQ(none, nullptr);
}

// ---- Hooks

TEST(CApiHooks, CancelStopsUntilReset) {
  const Context context = make_context();
  fidelia_context_cancel(context.get());
  Stream out;
  Failure f;
  EXPECT_EQ(summarise(context.get(), orders(10), &out, f.out()), FIDELIA_CANCELLED);
  EXPECT_EQ(f.status(), FIDELIA_CANCELLED);
  EXPECT_EQ(out.release, nullptr);
  fidelia_context_reset(context.get());
  EXPECT_EQ(summarise(context.get(), orders(10), &out), FIDELIA_OK);
  out.end();
  EXPECT_EQ(live_structures(), 0);
}

struct Watcher {
  int calls = 0;
  int cancel_at = -1;
  std::thread::id thread = std::this_thread::get_id();
  bool in_range = true;
  std::atomic<int> tasks{0};
  std::atomic<int> lines{0};
};

std::int32_t watch_progress(void* user, double fraction, const char* what, std::size_t length) {
  auto& watcher = *static_cast<Watcher*>(user);
  watcher.in_range = watcher.in_range && fraction >= 0 && fraction <= 1 && length > 0 &&
                     what != nullptr && watcher.thread == std::this_thread::get_id();
  return watcher.calls++ == watcher.cancel_at ? 1 : 0;
}

TEST(CApiHooks, ProgressMayCancelAtEachStep) {
  Watcher watcher;
  fidelia_hooks hooks = no_hooks(&watcher);
  hooks.progress = &watch_progress;
  const Context context = make_context(2, FIDELIA_LEVEL_AUTOMATIC, &hooks);
  hooks = {};  // Was copied.
  const Table table = orders(40);
  Stream out;
  ASSERT_EQ(summarise(context.get(), table, &out), FIDELIA_OK);
  out.end();
  EXPECT_TRUE(watcher.in_range);
  const int steps = watcher.calls;
  ASSERT_GT(steps, 0);
  for (int i = 0; i < steps; ++i) {
    watcher.calls = 0;
    watcher.cancel_at = i;
    EXPECT_EQ(summarise(context.get(), table, &out), FIDELIA_CANCELLED);
    EXPECT_EQ(out.release, nullptr);
    EXPECT_EQ(live_structures(), 0);
  }
  watcher.cancel_at = -1;
  EXPECT_EQ(summarise(context.get(), table, &out), FIDELIA_OK);  // Ended that call only.
}

void watch_tasks(void* user, void (*task)(void*, std::int64_t), void* argument,
                 std::int64_t count) {
  static_cast<Watcher*>(user)->tasks += static_cast<int>(count);
  for (std::int64_t i = count; i-- > 0;) task(argument, i);
}

void watch_log(void* user, std::int32_t level, const char* text, std::size_t length) {
  auto& watcher = *static_cast<Watcher*>(user);
  EXPECT_GE(level, 0);
  EXPECT_LE(level, 3);
  EXPECT_NE(text, nullptr);
  EXPECT_GT(length, 0u);
  ++watcher.lines;
}

Cells scores_of(const Context& context, const Table& table) {
  const Model purchase = fitted(context.get(), "bg_nbd", table);
  const Model spend = fitted(context.get(), "gamma_gamma", table);
  Cells cells = batch_scores(context.get(), purchase, spend, table);
  cells["models"] = {saved(purchase.get()), saved(spend.get())};
  return cells;
}

TEST(CApiHooks, TheHostsThreadsAndLogChangeNothing) {
  const Table table = orders(3000);
  Watcher watcher;
  fidelia_hooks hooks = no_hooks(&watcher);
  hooks.run_tasks = &watch_tasks;
  hooks.log = &watch_log;
  const Cells hosted = scores_of(make_context(4, FIDELIA_LEVEL_AUTOMATIC, &hooks), table);
  EXPECT_GT(watcher.tasks, 0);
  EXPECT_EQ(hosted, scores_of(make_context(1u), table));
}

TEST(CApiBits, AreTheSameForAnyThreadsAndLevel) {
  const Table table = orders(3000);
  const Cells one = scores_of(make_context(1u), table);
  EXPECT_EQ(one.at("p_alive").size(), 3000u);
  EXPECT_EQ(scores_of(make_context(2), table), one);
  EXPECT_EQ(scores_of(make_context(8), table), one);
  EXPECT_EQ(scores_of(make_context(2, FIDELIA_LEVEL_BASELINE), table), one);
}

TEST(CApiBits, ManyThreadsShareOneContext) {
  const Context context = make_context(2);
  const Table table = orders(200);
  const Model model = fitted(context.get(), "bg_nbd", table);
  const Cells expected = predicted(context.get(), model.get(), table);
  std::vector<Cells> found(6);
  std::vector<std::thread> threads;
  for (Cells& cells : found) {
    threads.emplace_back([&] { cells = predicted(context.get(), model.get(), table); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Cells& cells : found) EXPECT_EQ(cells, expected);
  EXPECT_EQ(live_structures(), 0);
}

}  // namespace
}  // namespace fidelia_host
