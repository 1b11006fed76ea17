// SPDX-License-Identifier: Apache-2.0
//
// Options and CSV-like tables of text: the bytes become option names and values, column names, a
// mapping and cells. Whatever they say, a call returns a result or an error that names something.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/catalogue.h"
#include "src/core/utf8.h"

namespace {

/// Cuts the input at line ends, and a line at tabs.
std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

fidelia::Batch table_of(const std::vector<std::string>& lines) {
  fidelia::Batch batch;
  batch.names = split(lines[1], '\t');
  batch.size = static_cast<std::int64_t>(lines.size()) - 2;
  for (std::size_t c = 0; c < batch.names.size(); ++c) {
    fidelia::TextsBuilder texts;
    auto invalid = std::make_shared<std::vector<std::int64_t>>();
    for (std::size_t r = 2; r < lines.size(); ++r) {
      const auto cells = split(lines[r], '\t');
      if (c >= cells.size()) {
        texts.append_null();
        continue;
      }
      if (!fidelia::detail::is_utf8(cells[c])) {
        invalid->push_back(static_cast<std::int64_t>(r) - 2);
      }
      texts.append(cells[c]);
    }
    fidelia::Column column = texts.finish().column();
    if (!invalid->empty()) column.invalid_utf8 = invalid;
    batch.columns.push_back(std::move(column));
  }
  return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fidelia;
  if (size > 4096) return 0;
  const auto lines = split({reinterpret_cast<const char*>(data), size}, '\n');
  if (lines.size() < 3) return 0;
  CallFrame frame;
  CallFrame::Input input;
  auto batches = read_batches({table_of(lines)});
  if (!batches.ok()) return 0;
  input.batches = *std::move(batches);
  const auto words = split(lines[0], '\t');
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (!words[i].empty() && words[i][0] == '=') {
      input.columns[words[i].substr(1)] = words[i + 1];
    } else {
      frame.options[words[i]] = words[i + 1];
    }
  }
  frame.inputs.emplace("orders", std::move(input));
  Context context;
  const Status status = call_entry("purchase_summary", frame, context);
  if (!status.ok() && status.message().empty()) std::abort();
  if (!status.ok() && !detail::is_utf8(status.message())) std::abort();
  return 0;
}
