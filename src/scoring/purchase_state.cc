// SPDX-License-Identifier: Apache-2.0
//
// PurchaseSummaryState: batches wait until enough rows have come together, are scattered to the
// partitions in chunks, and are summarized partition by partition. The cut into chunks depends on
// the batches only, the sums are of integers: no bit of the result depends on threads or batches.
#include <algorithm>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "fidelia/core/money.h"
#include "fidelia/scoring/purchase_summary.h"
#include "src/core/try.h"
#include "src/customer/key_hash.h"
#include "src/scoring/purchase_customers.h"
#include "src/scoring/purchase_output.h"
#include "src/scoring/purchase_partition.h"
#include "src/scoring/purchase_periods.h"
#include "src/scoring/purchase_scatter.h"
#include "src/scoring/purchase_split.h"
#include "src/scoring/purchase_timeline.h"

namespace fidelia {
namespace {

using detail::kPartitions;

/// Rows that are scattered at once: their records take 100 to 300 MB.
constexpr std::int64_t kRowsAtOnce = std::int64_t{1} << 22;

/// Pieces of working memory, lent to the tasks that run at the same time.
template <class Piece>
class Pool {
 public:
  explicit Pool(std::shared_ptr<std::pmr::memory_resource> memory) : memory_(std::move(memory)) {}
  std::unique_ptr<Piece> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) return std::make_unique<Piece>(memory_);
    auto piece = std::move(free_.back());
    free_.pop_back();
    return piece;
  }
  void give(std::unique_ptr<Piece> piece) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(piece));
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::vector<std::unique_ptr<Piece>> free_;
};

bool is_full(const CleanOrders& batch) { return !batch.order_id.empty() || !batch.margin.empty(); }

/// Whether the batch keeps the memory alive that its customers, times and amounts are in.
bool owns_memory(const CleanOrders& batch) {
  const Times& at = batch.ordered_at;
  const bool full =
      !is_full(batch) ||
      ((batch.margin.empty() || batch.margin.owner() != nullptr) &&
       (batch.order_id.empty() || batch.order_id.column().owner != nullptr) &&
       (batch.returns_order_id.empty() || batch.returns_order_id.column().owner != nullptr));
  return full && batch.customer_id.column().owner != nullptr && batch.amount.owner() != nullptr &&
         (at.has_time() ? at.micros().owner() : at.days().owner()) != nullptr;
}

bool is_unsigned(Physical physical) {
  return physical >= Physical::uint8 && physical <= Physical::uint64;
}

void add_later(const detail::Later& from, detail::Later& to) {
  if (to.rows == 0) to.first_row = from.first_row;
  to.rows += from.rows;
  to.amount += from.amount;
}

}  // namespace

struct PurchaseSummaryState::Impl {
  Impl(const PurchaseSummaryOptions& wanted, std::shared_ptr<Intake> to)
      : options(wanted), intake(std::move(to)), periods(wanted.unit, wanted.merge) {}

  PurchaseSummaryOptions options;
  std::shared_ptr<Intake> intake;
  detail::PurchasePeriods periods;
  Status failure;  // Once it failed, for good.
  std::shared_ptr<std::pmr::memory_resource> memory;
  std::shared_ptr<detail::BlockPool> pool;
  std::vector<detail::PurchasePartition> partitions;
  Buffer<char> records;  // Of the rows being scattered; then the customers' rows.
  std::vector<CleanOrders> waiting;
  std::int64_t waiting_rows = 0;
  DataType key;  // Of the customers; Physical::null before the first row.
  bool has_negative = false;
  bool has_huge = false;
  int scale = 2;
  bool scaled = false;  // A batch has told the scale.
  bool has_margin = false;
  std::int32_t last_day = -1;  // Days from 1900-01-01; of the rows scattered.
  detail::Later after_as_of;   // Not yet reported.
  detail::Later after_holdout;
  detail::Int128 amount_after_as_of = 0;       // Minor units of all rows after as_of.
  detail::Int128 amount_without_purchase = 0;  // As of the last finish().

  Status check_options() const;
  Status accept(const CleanOrders& batch);
  Status accept_keys(const DataType& type);
  Status accept_signs(bool is_unsigned_key);
  Status take_in(Context& context);
  Status scatter_all(Context& context);
  template <class Record>
  Record* records_for(std::size_t rows);
  template <class Record>
  Status scatter(std::vector<detail::Chunk> chunks, Context& context);
  Status gather(const std::vector<detail::ScatteredChunk>& scattered,
                const std::vector<detail::Chunk>& chunks);
  /// Rows of all customers, cut by partition. They stand in `records`, which is free by then and
  /// whose memory the kernel has cleared already.
  struct Summarized {
    Buffer<detail::HoldoutRow> holdout;
    std::vector<detail::PartitionRows> rows;
  };
  Status summarize(Summarized& all, std::vector<detail::PartitionPurchases>* purchases,
                   Context& context);
  detail::OutputRules output_rules() const;
  Result<PurchaseSummary> finish(Context& context);
  Result<PurchaseHistory> history(Context& context);
  Result<PurchaseTimeline> timeline(Context& context);
  Result<PurchaseSplit> split(Day cut, std::span<const Day> ends, Context& context);
  Status check_sums(const std::vector<detail::PartitionRows>& rows) const;
  Status overflow(std::size_t partition, std::size_t customer) const;
  std::string customer_name(std::size_t partition, std::size_t customer) const;
  detail::ScatterRules scatter_rules() const;
  DataType output_key() const;
  std::optional<Day> as_of() const noexcept;
  void report();
};

Status PurchaseSummaryState::Impl::check_options() const {
  const auto outside = [](const std::optional<Day>& day) {
    return day && (*day < kFirstFactDay || *day > kLastFactDay);
  };
  if (outside(options.as_of) || outside(options.holdout_until)) {
    const bool first = outside(options.as_of);
    return {
        Code::invalid_argument,
        std::string(first ? "as_of" : "holdout_until") + " lies outside 1900-01-01 .. 2199-12-31",
        -1, first ? "as_of" : "holdout_until"};
  }
  if (!options.holdout_until) return {};
  if (!options.as_of) {
    return {Code::invalid_argument, "holdout_until needs as_of, after which the hold-out begins",
            -1, "holdout_until"};
  }
  if (*options.holdout_until > *options.as_of) return {};
  return {Code::invalid_argument,
          "holdout_until, " + format_day(*options.holdout_until) + ", must lie after as_of, " +
              format_day(*options.as_of),
          -1, "holdout_until"};
}

Status PurchaseSummaryState::Impl::accept_keys(const DataType& type) {
  if (!Keys::is_key_type(type) || type.physical == Physical::null) {
    return Status::invalid_data(
        "customer_id has the type " + type.to_string() + "; give integers, text or UUIDs", -1,
        "customer_id");
  }
  if (key.physical == Physical::null) {
    key = type;
    return {};
  }
  const bool same = type.is_integer() == key.is_integer() && type.is_text() == key.is_text();
  if (same) return {};
  return Status::invalid_data("customer_id has the type " + type.to_string() +
                                  " and had the type " + key.to_string() +
                                  " before; convert one to the other",
                              -1, "customer_id");
}

Status PurchaseSummaryState::Impl::accept(const CleanOrders& batch) {
  FIDELIA_TRY(check_options());
  const std::int64_t size = batch.size();
  const auto fits = [size](std::int64_t other) { return other == 0 || other == size; };
  if (batch.ordered_at.size() != size || batch.amount.size() != size ||
      !fits(batch.margin.size()) || !fits(batch.order_id.size()) ||
      !fits(batch.returns_order_id.size()) || !fits(batch.rows.size())) {
    return Status::invalid_data("the columns of a batch of orders differ in length");
  }
  FIDELIA_TRY(accept_keys(batch.customer_id.type()));
  if (periods.within_day() && !batch.ordered_at.has_time()) {
    return {Code::invalid_argument,
            "merge by " +
                std::string(period_unit_words()[static_cast<std::size_t>(options.merge)]) +
                " needs times of day, and ordered_at has dates only: merge by D or longer",
            -1, "merge"};
  }
  if (scaled && scale != batch.amount.scale()) {
    return Status::invalid_data("amounts have " + std::to_string(batch.amount.scale()) +
                                    " decimals and had " + std::to_string(scale) + " before",
                                -1, "amount");
  }
  scale = batch.amount.scale();
  scaled = true;
  has_margin = has_margin || !batch.margin.empty();
  return {};
}

/// Negative keys and keys of 2^63 and more have the same 64 bits and must not meet.
Status PurchaseSummaryState::Impl::accept_signs(bool is_unsigned_key) {
  (is_unsigned_key ? has_huge : has_negative) = true;
  if (!has_huge || !has_negative) return {};
  return Status::invalid_data(
      "negative customer ids and ids of 2^63 and more cannot stand in one column; use one integer "
      "type",
      -1, "customer_id");
}

detail::ScatterRules PurchaseSummaryState::Impl::scatter_rules() const {
  const auto offset = [](Day day) {
    return static_cast<std::uint32_t>(day.days - kFirstFactDay.days);
  };
  detail::ScatterRules rules{periods};
  if (options.as_of) rules.as_of = offset(*options.as_of);
  if (options.holdout_until) rules.holdout_until = offset(*options.holdout_until);
  return rules;
}

Status PurchaseSummaryState::Impl::gather(const std::vector<detail::ScatteredChunk>& scattered,
                                          const std::vector<detail::Chunk>& chunks) {
  for (std::size_t c = 0; c < scattered.size(); ++c) {
    FIDELIA_TRY(scattered[c].status);
    if (scattered[c].top_bit) {
      FIDELIA_TRY(accept_signs(is_unsigned(chunks[c].batch->customer_id.type().physical)));
    }
    last_day = std::max(last_day, scattered[c].last_day);
    if (scattered[c].after_as_of.rows > 0) add_later(scattered[c].after_as_of, after_as_of);
    amount_after_as_of += scattered[c].after_as_of.amount;
    if (scattered[c].after_holdout.rows > 0) add_later(scattered[c].after_holdout, after_holdout);
  }
  return {};
}

template <class Record>
Record* PurchaseSummaryState::Impl::records_for(std::size_t rows) {
  if (records.size() < rows * sizeof(Record)) {
    records = Buffer<char>(memory);
    records.resize(rows * sizeof(Record));
    detail::advise_huge_pages(records.data(), records.size());
  }
  return reinterpret_cast<Record*>(records.data());
}

template <class Record>
Status PurchaseSummaryState::Impl::scatter(std::vector<detail::Chunk> chunks, Context& context) {
  const detail::ScatterRules rules = scatter_rules();
  std::vector<std::size_t> begins(chunks.size());
  std::size_t rows = 0;
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    begins[c] = rows;
    rows += static_cast<std::size_t>(chunks[c].count);
  }
  Record* const to = records_for<Record>(rows);
  std::vector<detail::ScatteredChunk> scattered(chunks.size());
  Pool<detail::ScatterScratch> scratches(memory);
  context.run(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t chunk) {
    const auto c = static_cast<std::size_t>(chunk);
    auto scratch = scratches.take();
    detail::scatter_chunk(chunks[c], rules, *scratch, to + begins[c], scattered[c]);
    scratches.give(std::move(scratch));
  });
  FIDELIA_TRY(gather(scattered, chunks));
  Pool<detail::GroupedEntries> groupings(memory);
  context.run(static_cast<std::int64_t>(kPartitions), [&](std::int64_t partition) {
    const auto p = static_cast<std::size_t>(partition);
    const auto slice = [&](std::size_t c) {
      const auto& at = scattered[c].begins;
      return std::span<const Record>(to + begins[c] + at[p], at[p + 1] - at[p]);
    };
    constexpr std::size_t kRecordsOfLine = sizeof(Record) < 64 ? 64 / sizeof(Record) : 1;
    partitions[p].fetch(rows / kPartitions);
    // Slices are far apart: they are fetched ahead, and then what their rows look at.
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      if (c + 8 < chunks.size()) __builtin_prefetch(scattered[c + 8].begins.data() + p);
      if (c + 4 < chunks.size()) {
        const auto later = slice(c + 4);
        for (std::size_t i = 0; i < later.size(); i += kRecordsOfLine) {
          __builtin_prefetch(later.data() + i);
        }
      }
      if (c + 2 < chunks.size()) {
        const auto next = slice(c + 2);
        partitions[p].prefetch(next.data(), next.size());
      }
      const auto now = slice(c);
      partitions[p].add(now.data(), now.size());
    }
    auto grouping = groupings.take();
    partitions[p].compact_if_large(*grouping);
    groupings.give(std::move(grouping));
  });
  return context.check();
}

/// Scatters the waiting batches, some rows at once.
Status PurchaseSummaryState::Impl::scatter_all(Context& context) {
  std::vector<detail::Chunk> chunks;
  std::int64_t rows = 0;
  bool full = false;
  const auto flush = [&]() -> Status {
    std::vector<detail::Chunk> ready = std::exchange(chunks, {});
    rows = 0;
    if (ready.empty()) return {};
    if (std::exchange(full, false)) return scatter<detail::FullRecord>(std::move(ready), context);
    if (key.is_integer()) return scatter<detail::IntegerRecord>(std::move(ready), context);
    return scatter<detail::BytesRecord>(std::move(ready), context);
  };
  for (const CleanOrders& batch : waiting) {
    for (std::int64_t begin = 0; begin < batch.size(); begin += detail::kChunkRows) {
      const std::int64_t count = std::min(detail::kChunkRows, batch.size() - begin);
      chunks.push_back({&batch, begin, count});
      full = full || is_full(batch);
      rows += count;
      if (rows >= kRowsAtOnce) FIDELIA_TRY(flush());
    }
  }
  return flush();
}

Status PurchaseSummaryState::Impl::take_in(Context& context) {
  if (waiting_rows == 0) return {};
  if (partitions.empty()) {
    memory = context.shared_memory();
    partitions.reserve(kPartitions);
    pool = std::make_shared<detail::BlockPool>(memory);
    for (std::size_t p = 0; p < kPartitions; ++p) partitions.emplace_back(pool);
  }
  failure = scatter_all(context);
  waiting.clear();
  waiting_rows = 0;
  return failure;
}

std::optional<Day> PurchaseSummaryState::Impl::as_of() const noexcept {
  if (options.as_of) return options.as_of;
  std::optional<Day> last;
  if (last_day >= 0) last = Day{kFirstFactDay.days + last_day};
  for (const CleanOrders& batch : waiting) {
    for (std::int64_t i = 0; i < batch.size(); ++i) {
      const Day day = batch.ordered_at.day(i);
      if (!last || day > *last) last = day;
    }
  }
  return last;
}

/// Tells the intake of the rows after as_of, once.
void PurchaseSummaryState::Impl::report() {
  const auto tell = [&](detail::Later& later, const char* check, const char* text) {
    if (intake != nullptr && later.rows > 0) {
      intake->find({"orders", check, text, later.rows,
                    static_cast<double>(later.amount) / scale_factor(scale), later.first_row});
    }
    later = {};
  };
  tell(after_as_of, "after_as_of",
       options.holdout_until
           ? "orders after as_of are not seen; up to holdout_until they are the hold-out"
           : "orders after as_of are not seen");
  if (!options.holdout_until) after_holdout = {};
  tell(after_holdout, "after_holdout", "orders after holdout_until are not used at all");
}

std::string PurchaseSummaryState::Impl::customer_name(std::size_t partition,
                                                      std::size_t customer) const {
  KeysBuilder builder(output_key());
  if (key.is_integer()) {
    builder.append_integer(detail::unmix_integer(partitions[partition].hash(customer)));
  } else {
    builder.append_bytes(partitions[partition].bytes(customer));
  }
  return builder.finish().to_string(0);
}

Status PurchaseSummaryState::Impl::overflow(std::size_t partition, std::size_t customer) const {
  return Status::invalid_data("the amounts of customer " + customer_name(partition, customer) +
                                  " come to more than 64 bits of minor units",
                              -1, "amount");
}

Status PurchaseSummaryState::Impl::check_sums(
    const std::vector<detail::PartitionRows>& rows) const {
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    const std::int64_t customer =
        partitions[p].overflow >= 0 ? partitions[p].overflow : rows[p].overflow;
    if (customer >= 0) return overflow(p, static_cast<std::size_t>(customer));
    const auto& margins = partitions[p].margins();
    for (std::size_t i = 0; i < margins.size(); ++i) {
      if (margins[i].overflow) return overflow(p, i);
    }
  }
  return {};
}

/// The plain type that all keys fit.
DataType PurchaseSummaryState::Impl::output_key() const {
  DataType type = KeysBuilder(key).finish().type();
  if (has_negative && is_unsigned(type.physical)) type.physical = Physical::int64;
  if (has_huge) type.physical = Physical::uint64;
  return type;
}

/// Fills `all` from the partitions; `purchases` too where it is not null.
Status PurchaseSummaryState::Impl::summarize(Summarized& all,
                                             std::vector<detail::PartitionPurchases>* purchases,
                                             Context& context) {
  FIDELIA_TRY(check_options());
  FIDELIA_TRY(take_in(context));
  memory = context.shared_memory();
  std::size_t customers = 0;
  for (const auto& partition : partitions) customers += partition.customers();
  detail::CustomerRow* const rows = records_for<detail::CustomerRow>(customers);
  all.holdout = Buffer<detail::HoldoutRow>(memory);
  all.holdout.resize(options.holdout_until ? customers : 0);
  all.rows.resize(partitions.size());
  for (std::size_t p = 0, begin = 0; p < all.rows.size(); begin += partitions[p++].customers()) {
    all.rows[p].rows = rows + begin;
    if (options.holdout_until) all.rows[p].holdout = all.holdout.data() + begin;
    if (purchases != nullptr) purchases->emplace_back(memory);
  }
  const detail::CustomerRules rules{periods, options.full_refund == FullRefund::drop};
  Pool<detail::GroupedEntries> groupings(memory);
  context.run(static_cast<std::int64_t>(partitions.size()), [&](std::int64_t partition) {
    const auto p = static_cast<std::size_t>(partition);
    if (partitions[p].overflow >= 0) return;
    auto grouping = groupings.take();
    detail::summarize_customers(partitions[p], rules, *grouping, all.rows[p],
                                purchases == nullptr ? nullptr : &(*purchases)[p]);
    groupings.give(std::move(grouping));
  });
  FIDELIA_TRY(context.check());
  FIDELIA_TRY(check_sums(all.rows));
  amount_without_purchase = 0;
  for (const auto& part : all.rows) amount_without_purchase += part.without_purchase;
  report();
  return {};
}

detail::OutputRules PurchaseSummaryState::Impl::output_rules() const {
  const DataType type = output_key();
  return {periods,
          type,
          is_unsigned(type.physical),
          as_of().value_or(kFirstFactDay),
          scale,
          options.include_first,
          options.holdout_until.has_value(),
          has_margin};
}

Result<PurchaseSummary> PurchaseSummaryState::Impl::finish(Context& context) {
  Summarized all;
  FIDELIA_TRY(summarize(all, nullptr, context));
  auto summary = detail::output_columns(partitions, all.rows, output_rules(), context);
  records = Buffer<char>();
  return summary;
}

Result<PurchaseHistory> PurchaseSummaryState::Impl::history(Context& context) {
  if (periods.within_day()) {
    return Status(Code::invalid_argument,
                  "purchases are dated by the day: merge by D, W, M, Q or Y", -1, "merge");
  }
  Summarized all;
  std::vector<detail::PartitionPurchases> purchases;
  FIDELIA_TRY(summarize(all, &purchases, context));
  auto history = detail::output_history(partitions, all.rows, purchases, output_rules(), context);
  records = Buffer<char>();
  return history;
}

Result<PurchaseTimeline> PurchaseSummaryState::Impl::timeline(Context& context) {
  FIDELIA_TRY(take_in(context));
  std::vector<detail::DayCounts> counts(partitions.size());
  Pool<detail::GroupedEntries> groupings(memory);
  context.run(static_cast<std::int64_t>(partitions.size()), [&](std::int64_t partition) {
    const auto p = static_cast<std::size_t>(partition);
    auto grouping = groupings.take();
    detail::count_days(partitions[p], periods, *grouping, counts[p]);
    groupings.give(std::move(grouping));
  });
  FIDELIA_TRY(context.check());
  return detail::timeline_of(counts);
}

Result<PurchaseSplit> PurchaseSummaryState::Impl::split(Day cut, std::span<const Day> ends,
                                                        Context& context) {
  FIDELIA_TRY(take_in(context));
  const bool ascending = std::is_sorted(ends.begin(), ends.end(), std::less_equal<>());
  if (ends.empty() || !ascending || !(ends.front() > cut)) {
    return Status::invalid_argument("the ends of a hold-out must ascend, and lie after its cut");
  }
  const detail::SplitRules rules{periods, cut, ends};
  std::vector<detail::SplitCounts> counts(partitions.size());
  Pool<detail::GroupedEntries> groupings(memory);
  context.run(static_cast<std::int64_t>(partitions.size()), [&](std::int64_t partition) {
    const auto p = static_cast<std::size_t>(partition);
    auto grouping = groupings.take();
    detail::split_customers(partitions[p], rules, *grouping, counts[p]);
    groupings.give(std::move(grouping));
  });
  FIDELIA_TRY(context.check());
  return detail::split_of(counts, rules);
}

PurchaseSummaryState::PurchaseSummaryState(const PurchaseSummaryOptions& options,
                                           std::shared_ptr<Intake> intake)
    : impl_(std::make_unique<Impl>(options, std::move(intake))) {}
PurchaseSummaryState::~PurchaseSummaryState() = default;
PurchaseSummaryState::PurchaseSummaryState(PurchaseSummaryState&&) noexcept = default;
PurchaseSummaryState& PurchaseSummaryState::operator=(PurchaseSummaryState&&) noexcept = default;

Status PurchaseSummaryState::add(const CleanOrders& batch, Context& context) {
  Impl& impl = *impl_;
  FIDELIA_TRY(impl.failure);
  if (batch.size() == 0) return {};
  FIDELIA_TRY(impl.failure = impl.accept(batch));
  impl.waiting.push_back(batch);
  impl.waiting_rows += batch.size();
  if (impl.waiting_rows < kRowsAtOnce && owns_memory(batch)) return {};
  return impl.take_in(context);
}

Status PurchaseSummaryState::merge(PurchaseSummaryState&& other, Context& context) {
  Impl& to = *impl_;
  Impl& from = *other.impl_;
  FIDELIA_TRY(to.failure);
  FIDELIA_TRY(from.failure);
  const PurchaseSummaryOptions& a = to.options;
  const PurchaseSummaryOptions& b = from.options;
  const bool within_day = a.merge < PeriodUnit::day || b.merge < PeriodUnit::day;
  if (a.as_of != b.as_of || a.holdout_until != b.holdout_until ||
      (within_day && a.merge != b.merge)) {
    return Status::invalid_argument(
        "states of a purchase summary merge only with the same as_of, holdout_until and merge");
  }
  FIDELIA_TRY(to.take_in(context));
  FIDELIA_TRY(from.take_in(context));
  if (from.partitions.empty()) return {};
  if (to.partitions.empty()) {
    const auto intake = to.intake;
    const auto options = to.options;
    *impl_ = std::move(from);
    impl_->intake = intake;
    impl_->options = options;
    return {};
  }
  FIDELIA_TRY(to.failure = to.accept_keys(from.key));
  if (to.scale != from.scale) {
    return Status::invalid_data("the amounts of the states differ in their decimals", -1, "amount");
  }
  if (from.has_negative) FIDELIA_TRY(to.failure = to.accept_signs(false));
  if (from.has_huge) FIDELIA_TRY(to.failure = to.accept_signs(true));
  to.has_margin = to.has_margin || from.has_margin;
  to.last_day = std::max(to.last_day, from.last_day);
  to.amount_after_as_of += from.amount_after_as_of;
  add_later(from.after_as_of, to.after_as_of);
  add_later(from.after_holdout, to.after_holdout);
  Pool<detail::GroupedEntries> groupings(to.memory);
  context.run(static_cast<std::int64_t>(kPartitions), [&](std::int64_t partition) {
    const auto p = static_cast<std::size_t>(partition);
    to.partitions[p].merge(from.partitions[p]);
    auto grouping = groupings.take();
    to.partitions[p].compact_if_large(*grouping);
    groupings.give(std::move(grouping));
  });
  from.partitions.clear();
  return context.check();
}

Result<PurchaseTimeline> PurchaseSummaryState::timeline(Context& context) {
  FIDELIA_TRY(impl_->failure);
  return impl_->timeline(context);
}

Result<PurchaseSummary> PurchaseSummaryState::finish(Context& context) {
  FIDELIA_TRY(impl_->failure);
  return impl_->finish(context);
}

Result<PurchaseHistory> PurchaseSummaryState::purchases(Context& context) {
  FIDELIA_TRY(impl_->failure);
  return impl_->history(context);
}

Result<PurchaseSplit> PurchaseSummaryState::split(Day cut, std::span<const Day> ends,
                                                  Context& context) {
  FIDELIA_TRY(impl_->failure);
  return impl_->split(cut, ends, context);
}

Result<PurchaseTotals> PurchaseSummaryState::totals() const {
  PurchaseTotals totals;
  FIDELIA_ASSIGN(totals.after_as_of,
                 detail::narrow_sum(impl_->amount_after_as_of, "the orders after as_of"));
  FIDELIA_ASSIGN(totals.without_purchase,
                 detail::narrow_sum(impl_->amount_without_purchase, "the unmatched returns"));
  return totals;
}

std::optional<Day> PurchaseSummaryState::as_of() const noexcept { return impl_->as_of(); }

}  // namespace fidelia
