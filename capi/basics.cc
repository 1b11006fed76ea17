// SPDX-License-Identifier: Apache-2.0
//
// Versions, errors, text, context and options of the C ABI.
#include "capi/handles.h"
#include "fidelia/core/level.h"
#include "fidelia/core/version.h"

namespace fidelia::capi {
namespace {

/// Made before it is needed: reporting that memory is out must not need memory.
fidelia_error* no_memory_error() noexcept {
  static fidelia_error* const error = new (std::nothrow)
      fidelia_error{Status(Code::no_memory, "memory ran out; nothing was changed")};
  return error;
}

[[maybe_unused]] const bool kMadeEarly = no_memory_error() != nullptr;

}  // namespace

fidelia_status fail_no_memory(fidelia_error** error) noexcept {
  if (error != nullptr) *error = no_memory_error();
  return FIDELIA_NO_MEMORY;
}

fidelia_status fail(const Status& status, fidelia_error** error) noexcept {
  if (error != nullptr) {
    auto* object = new (std::nothrow) fidelia_error{status};
    if (object == nullptr) return fail_no_memory(error);
    *error = object;
  }
  return static_cast<fidelia_status>(status.code());
}

fidelia_status fail_unexpected(const char* what, fidelia_error** error) noexcept {
  try {
    return fail(Status::internal(std::string("unexpected: ") + what), error);
  } catch (...) {
    return fail_no_memory(error);
  }
}

namespace {

Status check_hooks(const fidelia_hooks& hooks) {
  if ((hooks.allocate == nullptr) != (hooks.release == nullptr)) {
    return Status::invalid_argument("set both hooks, allocate and release, or none");
  }
  if (hooks.reserved != 0) return Status::unsupported("hooks.reserved must be 0");
  return {};
}

Status read_hooks(const fidelia_hooks* theirs, Hooks& hooks) {
  fidelia_hooks ours{};
  if (Status s = read_struct(theirs, "hooks", ours); !s.ok()) return s;
  if (Status s = check_hooks(ours); !s.ok()) return s;
  hooks = {.user = ours.user,
           .allocate = ours.allocate,
           .release = ours.release,
           .log = ours.log,
           .now = ours.now,
           .seed = ours.seed,
           .progress = ours.progress,
           .run_tasks = ours.run_tasks};
  return {};
}

Status read_options(const fidelia_context_options* theirs, ContextOptions& options) {
  fidelia_context_options ours{};
  if (Status s = read_struct(theirs, "options", ours); !s.ok()) return s;
  if (ours.reserved != 0) return Status::unsupported("options.reserved must be 0");
  if (ours.threads > 1024) return Status::invalid_argument("options.threads must be at most 1024");
  options.threads = ours.threads == 0 ? 1 : static_cast<int>(ours.threads);
  if (ours.level < FIDELIA_LEVEL_AUTOMATIC || ours.level > FIDELIA_LEVEL_AVX512) {
    return Status::invalid_argument("options.level is no FIDELIA_LEVEL_ value");
  }
  options.level = static_cast<Level>(ours.level);
  if (options.level != Level::automatic && options.level > detect_level()) {
    return Status::unsupported("this machine lacks the processor level asked for");
  }
  return ours.hooks == nullptr ? Status() : read_hooks(ours.hooks, options.hooks);
}

Status set_value(fidelia_options* options, const char* name, OptionValue value) {
  if (options == nullptr) return null_argument("options");
  if (name == nullptr) return null_argument("name");
  options->values.insert_or_assign(name, std::move(value));
  return {};
}

const std::string& build_info() {
  static const auto& text = *new std::string([] {
    std::string json = "{\"version\":\"" + std::string(version()) + "\",\"compiler\":\"";
#if defined(__clang__)
    json += "clang " __clang_version__;
#else
    json += "gcc " __VERSION__;
#endif
    json += "\",\"level\":\"";
    json += level_name(detect_level());
    json += "\",\"levels\":[";
#if defined(__x86_64__)
    json += "\"baseline\",\"avx2\",\"avx512\"";
#else
    json += "\"baseline\"";
#endif
    return json + "]}";
  }());
  return text;
}

}  // namespace
}  // namespace fidelia::capi

using fidelia::Day;
using fidelia::OptionValue;
using fidelia::Status;
using fidelia::capi::guard;
using fidelia::capi::null_argument;
using fidelia::capi::set_value;

uint32_t fidelia_abi_version(void) noexcept {
  return (static_cast<uint32_t>(FIDELIA_ABI_MAJOR) << 16) | FIDELIA_ABI_MINOR;
}

const char* fidelia_version(void) noexcept { return fidelia::version(); }

const char* fidelia_build_info(void) noexcept {
  try {
    return fidelia::capi::build_info().c_str();
  } catch (...) {
    return "{}";
  }
}

fidelia_status fidelia_error_status(const fidelia_error* error) noexcept {
  return error == nullptr ? FIDELIA_OK : static_cast<fidelia_status>(error->status.code());
}

const char* fidelia_error_message(const fidelia_error* error) noexcept {
  return error == nullptr ? "" : error->status.message().c_str();
}

int64_t fidelia_error_row(const fidelia_error* error) noexcept {
  return error == nullptr ? -1 : error->status.row();
}

const char* fidelia_error_column(const fidelia_error* error) noexcept {
  return error == nullptr ? "" : error->status.column().c_str();
}

void fidelia_error_destroy(fidelia_error* error) noexcept {
  // The object for "out of memory" is shared and stays; others may carry its code.
  if (error != fidelia::capi::no_memory_error()) delete error;
}

const char* fidelia_text_data(const fidelia_text* text) noexcept {
  return text == nullptr ? "" : text->text.c_str();
}

size_t fidelia_text_length(const fidelia_text* text) noexcept {
  return text == nullptr ? 0 : text->text.size();
}

void fidelia_text_destroy(fidelia_text* text) noexcept { delete text; }

fidelia_status fidelia_context_create(const fidelia_context_options* options, fidelia_context** out,
                                      fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    fidelia::ContextOptions read;
    if (options != nullptr) {
      if (Status s = fidelia::capi::read_options(options, read); !s.ok()) return s;
    }
    *out = new fidelia_context(read);
    return {};
  });
}

void fidelia_context_cancel(fidelia_context* context) noexcept {
  if (context != nullptr) context->context.cancel();
}

void fidelia_context_reset(fidelia_context* context) noexcept {
  if (context != nullptr) context->context.reset();
}

void fidelia_context_destroy(fidelia_context* context) noexcept { delete context; }

fidelia_status fidelia_options_create(fidelia_options** out, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (out == nullptr) return null_argument("out");
    *out = nullptr;
    *out = new fidelia_options();
    return {};
  });
}

fidelia_status fidelia_options_set_flag(fidelia_options* options, const char* name, int32_t value,
                                        fidelia_error** error) noexcept {
  return guard(error, [&] { return set_value(options, name, OptionValue(value != 0)); });
}

fidelia_status fidelia_options_set_integer(fidelia_options* options, const char* name,
                                           int64_t value, fidelia_error** error) noexcept {
  return guard(error, [&] {
    return set_value(options, name, OptionValue(static_cast<std::int64_t>(value)));
  });
}

fidelia_status fidelia_options_set_real(fidelia_options* options, const char* name, double value,
                                        fidelia_error** error) noexcept {
  return guard(error, [&] { return set_value(options, name, OptionValue(value)); });
}

fidelia_status fidelia_options_set_text(fidelia_options* options, const char* name,
                                        const char* value, fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (value == nullptr) return null_argument("value");
    return set_value(options, name, OptionValue(std::string(value)));
  });
}

fidelia_status fidelia_options_set_day(fidelia_options* options, const char* name, int32_t days,
                                       fidelia_error** error) noexcept {
  return guard(error, [&] { return set_value(options, name, OptionValue(Day{days})); });
}

fidelia_status fidelia_options_set_model(fidelia_options* options, const char* name,
                                         const fidelia_model* model,
                                         fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (model == nullptr) return null_argument("model");
    return set_value(options, name, OptionValue(model->model));
  });
}

fidelia_status fidelia_options_map_column(fidelia_options* options, const char* input,
                                          const char* column, const char* source,
                                          fidelia_error** error) noexcept {
  return guard(error, [&]() -> Status {
    if (options == nullptr) return null_argument("options");
    if (input == nullptr) return null_argument("input");
    if (column == nullptr) return null_argument("column");
    if (source == nullptr) return null_argument("source");
    options->columns[input].insert_or_assign(column, source);
    return {};
  });
}

void fidelia_options_destroy(fidelia_options* options) noexcept { delete options; }
