// SPDX-License-Identifier: Apache-2.0
//
// The generic call: from named streams and options to a function's structs and back.
#include "fidelia/core/catalogue.h"

#include <algorithm>
#include <array>
#include <limits>

#include "src/core/text.h"
#include "src/core/try.h"
#include "src/core/utf8.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 3> kDateOrders = {"ymd", "dmy", "mdy"};

/// What was set aside, as the output table "rejected".
struct RejectedTable {
  Texts table;
  Ints row;
  Texts column;
  Texts reason;
  Texts value;
};

const TableSpec<RejectedTable>& rejected_table() {
  static const auto& spec = *new TableSpec<RejectedTable>(
      TableSpec<RejectedTable>("Rows that were set aside, each with its first fault.")
          .column("table", &RejectedTable::table, {.help = "The input table."})
          .column("row", &RejectedTable::row,
                  {.help = "The row, from 0 over all batches of the table."})
          .column("column", &RejectedTable::column, {.help = "The caller's column at fault."})
          .column("reason", &RejectedTable::reason, {.help = "What is wrong."})
          .column("value", &RejectedTable::value, {.help = "The value that was found."}));
  return spec;
}

/// What was read and noticed, as the output table "intake".
struct IntakeTable {
  Texts table;
  Texts check;
  Ints rows;
  Floats amount;
  Ints first_row;
  Texts text;
};

const TableSpec<IntakeTable>& intake_table() {
  static const auto& spec = *new TableSpec<IntakeTable>(
      TableSpec<IntakeTable>("Rows read, rows set aside, and what was noticed on the way in.")
          .column("table", &IntakeTable::table, {.help = "The input table."})
          .column("check", &IntakeTable::check,
                  {.help = "rows_read, rows_rejected, or the name of a finding."})
          .column("rows", &IntakeTable::rows, {.help = "Rows that it concerns."})
          .column("amount", &IntakeTable::amount,
                  {.help = "Amount that it concerns, in the unit that the text names; 0 for none."})
          .column("first_row", &IntakeTable::first_row, {.help = "An example.", .nullable = true})
          .column("text", &IntakeTable::text, {.help = "A sentence."}));
  return spec;
}

RejectedTable rejected_rows(const Intake& intake) {
  TextsBuilder table;
  ValuesBuilder<std::int64_t> row;
  TextsBuilder column;
  TextsBuilder reason;
  TextsBuilder value;
  for (const RejectedRow& rejected : intake.rejected()) {
    table.append(rejected.table);
    row.append(rejected.row);
    column.append(rejected.column);
    reason.append(rejected.reason);
    value.append(rejected.value);
  }
  return {table.finish(), row.finish(), column.finish(), reason.finish(), value.finish()};
}

IntakeTable intake_rows(const Intake& intake) {
  TextsBuilder table;
  TextsBuilder check;
  ValuesBuilder<std::int64_t> rows;
  ValuesBuilder<double> amount;
  ValuesBuilder<std::int64_t> first_row;
  TextsBuilder text;
  const auto add = [&](const Finding& finding) {
    table.append(finding.table);
    check.append(finding.check);
    rows.append(finding.rows);
    amount.append(finding.amount);
    finding.first_row < 0 ? first_row.append_null() : first_row.append(finding.first_row);
    text.append(finding.text);
  };
  for (const Intake::Count& count : intake.counts()) {
    add({.table = count.table, .check = "rows_read", .text = "rows were read", .rows = count.rows});
    add({.table = count.table,
         .check = "rows_rejected",
         .text = "rows were set aside",
         .rows = count.rejected});
  }
  for (const Finding& finding : intake.findings()) add(finding);
  return {table.finish(),  check.finish(),     rows.finish(),
          amount.finish(), first_row.finish(), text.finish()};
}

void put_table(CallFrame& frame, std::string_view name, const TableInfo& info, const void* table) {
  Batch batch = info.to_batch(table);
  CallFrame::Output output;
  output.like = batch;
  if (batch.size > 0) output.batches.push_back(std::move(batch));
  frame.outputs[std::string(name)] = std::move(output);
}

Status check_inputs(const Callable& callable, const CallFrame& frame) {
  std::vector<std::string> known;
  for (const TableSlot& slot : callable.inputs) known.push_back(slot.name);
  for (const auto& [name, input] : frame.inputs) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return Status::not_found(callable.name + " takes no table " + name +
                             (known.empty() ? "; it takes none" : "; it takes: " + join(known)));
  }
  for (const TableSlot& slot : callable.inputs) {
    if (slot.required && !frame.inputs.contains(slot.name)) {
      return Status::invalid_argument(callable.name + " needs the table " + slot.name + ": " +
                                      slot.help);
    }
  }
  return {};
}

/// Messages quote what callers wrote, whatever its bytes; what leaves is always UTF-8.
Status readable(const Status& status) {
  if (status.ok()) return status;
  return {status.code(), detail::clean_utf8(status.message()), status.row(),
          detail::clean_utf8(status.column())};
}

/// Runs a callable. A fault leaves no output behind, but the intake tells what was seen.
Status run_callable(const Callable& callable, CallFrame& frame, const Model* self,
                    Context& context) {
  FIDELIA_TRY(context.check());
  FIDELIA_TRY(check_inputs(callable, frame));
  if (Status status = callable.call(frame, self, context); !status.ok()) {
    frame.outputs.clear();
    frame.model = nullptr;
    return status;
  }
  if (!callable.inputs.empty()) {
    const RejectedTable rejected = rejected_rows(*frame.intake);
    put_table(frame, "rejected", rejected_table(), &rejected);
    const IntakeTable intake = intake_rows(*frame.intake);
    put_table(frame, "intake", intake_table(), &intake);
  }
  return {};
}

Status run(const Callable& callable, CallFrame& frame, const Model* self, Context& context) {
  return readable(run_callable(callable, frame, self, context));
}

}  // namespace

std::string_view kind_name(EntryKind kind) noexcept {
  switch (kind) {
    case EntryKind::fact: return "fact";
    case EntryKind::measure: return "measure";
    case EntryKind::score: return "score";
    case EntryKind::model: return "model";
    case EntryKind::advice: return "advice";
    case EntryKind::report: return "report";
    case EntryKind::simulation: return "simulation";
  }
  return "score";
}

const OptionsSpec<Reading>& reading_options() {
  static const auto& spec = *new OptionsSpec<Reading>(
      OptionsSpec<Reading>()
          .option("currency", &Reading::currency,
                  {.help = "ISO 4217 code of the reporting currency; without it, one unnamed "
                           "currency of two decimals."})
          .option("time_zone", &Reading::time_zone,
                  {.help = "IANA name of the zone in which instants become business days."})
          .option(
              "date_order", &Reading::date_order,
              {.help = "How day, month and year follow each other in text.", .words = kDateOrders})
          .option("strict", &Reading::strict,
                  {.help = "The first bad row ends the call; otherwise bad rows are set aside."}));
  return spec;
}

const Callable* Entry::find_call(std::string_view call) const noexcept {
  for (const Callable& candidate : calls) {
    if (candidate.name == call) return &candidate;
  }
  return nullptr;
}

Result<const Entry*> find_entry(std::string_view name) {
  for (const Entry& entry : catalogue()) {
    if (entry.name == name) return &entry;
  }
  const Entry* nearest = nullptr;
  std::size_t distance = std::numeric_limits<std::size_t>::max();
  for (const Entry& entry : catalogue()) {
    const std::size_t edits = edit_distance(name.substr(0, 100), entry.name);
    if (edits < distance) {
      distance = edits;
      nearest = &entry;
    }
  }
  std::string message = "the catalogue has no entry " + excerpt(name, 60);
  if (nearest != nullptr && distance <= 3) message += "; did you mean " + nearest->name + "?";
  return readable(Status::not_found(message));
}

Status call_entry(std::string_view name, CallFrame& frame, Context& context) {
  FIDELIA_ASSIGN(const Entry* entry, find_entry(name));
  if (entry->kind == EntryKind::model) {
    return Status::invalid_argument(entry->name + " is a model: fit it, then call the model");
  }
  if (!entry->function.call) {
    return Status::invalid_argument(entry->name +
                                    " is a kind of fact: it is given to a call, "
                                    "not called");
  }
  return run(entry->function, frame, nullptr, context);
}

Status fit_model(std::string_view name, CallFrame& frame, Context& context) {
  FIDELIA_ASSIGN(const Entry* entry, find_entry(name));
  if (entry->kind != EntryKind::model) {
    return Status::invalid_argument(entry->name + " is no model: call it");
  }
  FIDELIA_TRY(run(entry->function, frame, nullptr, context));
  return frame.model ? Status() : Status::internal("a fit returned no model");
}

Status call_model(const ModelPointer& model, std::string_view call, CallFrame& frame,
                  Context& context) {
  FIDELIA_ASSIGN(const Entry* entry, find_entry(model->record().model));
  const Callable* callable = entry->find_call(call);
  if (callable == nullptr) {
    std::vector<std::string> known;
    for (const Callable& candidate : entry->calls) known.push_back(candidate.name);
    return Status::not_found(entry->name + " has no call " + excerpt(call, 60) +
                             "; it has: " + join(known));
  }
  return run(*callable, frame, model.get(), context);
}

Result<ModelPointer> load_model(std::string_view json) {
  FIDELIA_ASSIGN(const ModelRecord record, model_from_json(json));
  FIDELIA_ASSIGN(const Entry* entry, find_entry(record.model));
  if (!entry->restore) {
    return Status::invalid_data("the model file names " + record.model + ", which is no model");
  }
  return entry->restore(record);
}

Entry fact_entry(std::string_view name, const TableInfo& table) {
  Entry entry;
  entry.kind = EntryKind::fact;
  entry.name = name;
  entry.help = table.help();
  entry.fact = std::make_shared<const TableInfo>(table);
  return entry;
}

namespace detail {

Status open_slot(const TableSlot& slot, CallFrame& frame, const Reading& reading, void* input) {
  const auto found = frame.inputs.find(slot.name);
  if (found == frame.inputs.end()) return {};
  FIDELIA_ASSIGN(std::unique_ptr<TableReader> reader,
                 TableReader::open(std::move(found->second.batches), slot.table, slot.name, reading,
                                   found->second.columns, frame.intake));
  void* member = static_cast<char*>(input) + slot.offset;
  if (slot.streamed) {
    *static_cast<SourceBase*>(member) = SourceBase(std::shared_ptr<TableReader>(std::move(reader)));
    return {};
  }
  return reader->read_all(member);
}

Status apply_options(const OptionsInfo& info, const CallFrame& frame, Reading& reading,
                     void* options) {
  for (const auto& [name, value] : frame.options) {
    if (info.find(name) != nullptr || reading_options().find(name) != nullptr) continue;
    std::vector<std::string> known;
    for (const OptionInfo& option : info.options()) known.push_back(option.name);
    for (const OptionInfo& option : reading_options().options()) known.push_back(option.name);
    return {Code::invalid_argument,
            "there is no option " + excerpt(name, 60) + "; there are: " + join(known), -1,
            excerpt(name, 60)};
  }
  FIDELIA_TRY(reading_options().apply(frame.options, &reading));
  return info.apply(frame.options, options);
}

void put_slot(const TableSlot& slot, CallFrame& frame, const void* output) {
  put_table(frame, slot.name, *slot.table, static_cast<const char*>(output) + slot.offset);
}

}  // namespace detail
}  // namespace fidelia
