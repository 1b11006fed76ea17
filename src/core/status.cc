// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/status.h"

namespace fidelia {
namespace {

const std::string& empty_text() noexcept {
  // Never destroyed: a Status may outlive static destruction in a host that unloads late.
  static const std::string* const text = new std::string();
  return *text;
}

}  // namespace

std::string_view code_name(Code code) noexcept {
  switch (code) {
    case Code::ok: return "ok";
    case Code::invalid_argument: return "invalid_argument";
    case Code::invalid_data: return "invalid_data";
    case Code::not_found: return "not_found";
    case Code::unsupported: return "unsupported";
    case Code::cancelled: return "cancelled";
    case Code::no_memory: return "no_memory";
    case Code::conflict: return "conflict";
    case Code::internal: return "internal";
    case Code::unavailable: return "unavailable";
  }
  return "internal";
}

Status::Status(Code code, std::string message, std::int64_t row, std::string column)
    : detail_(std::make_shared<const Detail>(
          Detail{code, std::move(message), row, std::move(column)})) {}

const std::string& Status::message() const noexcept {
  return detail_ ? detail_->message : empty_text();
}

const std::string& Status::column() const noexcept {
  return detail_ ? detail_->column : empty_text();
}

std::string Status::to_string() const {
  std::string text(code_name(code()));
  if (ok()) return text;
  text += ": " + message();
  const bool named = !column().empty();
  if (row() < 0 && !named) return text;
  text += " (";
  if (row() >= 0) text += "row " + std::to_string(row()) + (named ? ", " : "");
  if (named) text += "column " + column();
  return text + ")";
}

}  // namespace fidelia
