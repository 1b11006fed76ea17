/* SPDX-License-Identifier: Apache-2.0
 *
 * fidelia.h - the C ABI of Fidelia: customer relationships as an embeddable library.
 *
 * A small fixed set of verbs over names. What can be called, with which tables and options, is
 * data: fidelia_describe() returns it as JSON, `fidelia list` prints it, the manual lists it.
 *
 * Rules that hold for every function below, unless its comment says otherwise:
 *  errors     A fidelia_status is returned; FIDELIA_OK is 0. `error` is optional and last. When it
 *             is not NULL it receives an object on failure, and is left alone on success; end it
 *             with fidelia_error_destroy.
 *  ownership  `T **out` hands a new object to the caller, who ends it with fidelia_T_destroy (NULL
 *             is allowed). `const T *` is borrowed for the call. *out is NULL after a failure.
 *             Objects may be destroyed in any order: each keeps what it needs.
 *  arrow      Arrow structures handed in are always consumed, on failure too: afterwards their
 *             release is NULL. Results outlive context and options.
 *  strings    UTF-8, NUL-terminated. Text that comes out belongs to its object.
 *  threads    A context, and any handle passed as const, may be used by many threads at once; any
 *             other handle by one thread at a time. No thread outlives a call.
 *  unwinding  No exception leaves the library. Callbacks must not throw, longjmp or unwind.
 *  structs    Every struct that a caller fills starts with struct_size and only grows at its end;
 *             0 in a field always means "the default"; an unknown non-zero field is refused.
 *  values     A value that does not exist is null, and a column named like it with _reason says
 * why.
 *
 * The header is C89 with <stdint.h>. Names start with fidelia_ or FIDELIA_. What is not in this
 * header is not public. Until the first release the ABI may change; from then on numbers and
 * functions keep their meaning. */
#ifndef FIDELIA_FIDELIA_H_
#define FIDELIA_FIDELIA_H_

#include <stddef.h>
#include <stdint.h>

#define FIDELIA_ABI_MAJOR 0 /* equals the soname; a change here breaks programs */
#define FIDELIA_ABI_MINOR 2 /* grows when a function, field or constant is added */

#if defined(_WIN32) && defined(FIDELIA_BUILDING)
#define FIDELIA_API __declspec(dllexport)
#elif defined(_WIN32)
#define FIDELIA_API __declspec(dllimport)
#elif defined(__GNUC__)
#define FIDELIA_API __attribute__((visibility("default")))
#else
#define FIDELIA_API
#endif
#if defined(__GNUC__)
#define FIDELIA_CHECK __attribute__((warn_unused_result))
#else
#define FIDELIA_CHECK
#endif
#if defined(__cplusplus)
#define FIDELIA_NOEXCEPT noexcept
extern "C" {
#else
#define FIDELIA_NOEXCEPT
#endif

/* Of the Arrow C data and stream interfaces; include Arrow's or nanoarrow's header to fill them. */
struct ArrowArrayStream;

typedef struct fidelia_error fidelia_error;     /* immutable; may outlive every other object */
typedef struct fidelia_context fidelia_context; /* the host's hooks: memory, log, clock, threads */
typedef struct fidelia_options fidelia_options; /* named values for one call */
typedef struct fidelia_model fidelia_model;     /* fitted, immutable: share it between threads */
typedef struct fidelia_scorer fidelia_scorer; /* models prepared for single customers; immutable */
typedef struct fidelia_ledger fidelia_ledger; /* points; for one thread at a time */
typedef struct fidelia_text fidelia_text;     /* a string that the library owns */

/* -- status --------------------------------------------------------------------------------------
 * An int32_t, not an enum, so that its width is fixed. Numbers are never reused. */
typedef int32_t fidelia_status;
#define FIDELIA_OK 0
#define FIDELIA_INVALID_ARGUMENT 1 /* the call is wrong: NULL, an unknown option, out of range */
#define FIDELIA_INVALID_DATA 2     /* the data is wrong: see fidelia_error_row and _column */
#define FIDELIA_NOT_FOUND 3        /* no entry, table, column or option of that name */
#define FIDELIA_UNSUPPORTED 4      /* a type, a newer struct or a feature that this build lacks */
#define FIDELIA_CANCELLED 5        /* the host asked to stop */
#define FIDELIA_NO_MEMORY 6        /* an allocation failed; nothing was changed */
#define FIDELIA_CONFLICT 7         /* a repeated id came with other content */
#define FIDELIA_INTERNAL 8         /* a defect in Fidelia: please report it */
#define FIDELIA_UNAVAILABLE 9      /* a store is busy, full or out of reach; nothing was changed */

/* -- versions ------------------------------------------------------------------------------------
 */
/* major << 16 | minor of the ABI, at run time. */
FIDELIA_API uint32_t fidelia_abi_version(void) FIDELIA_NOEXCEPT;
/* "0.1.0"; static. */
FIDELIA_API const char* fidelia_version(void) FIDELIA_NOEXCEPT;
/* JSON: compiler, processor levels built and in use; static. */
FIDELIA_API const char* fidelia_build_info(void) FIDELIA_NOEXCEPT;

/* -- errors --------------------------------------------------------------------------------------
 */
FIDELIA_API fidelia_status fidelia_error_status(const fidelia_error* error) FIDELIA_NOEXCEPT;
/* Never NULL; what went wrong and what to do. */
FIDELIA_API const char* fidelia_error_message(const fidelia_error* error) FIDELIA_NOEXCEPT;
/* Row of the input at fault, from 0 over all its batches; -1: none. */
FIDELIA_API int64_t fidelia_error_row(const fidelia_error* error) FIDELIA_NOEXCEPT;
/* Column, option or table at fault; "": none. */
FIDELIA_API const char* fidelia_error_column(const fidelia_error* error) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_error_destroy(fidelia_error* error) FIDELIA_NOEXCEPT;

/* -- text ----------------------------------------------------------------------------------------
 */
FIDELIA_API const char* fidelia_text_data(const fidelia_text* text) FIDELIA_NOEXCEPT;
FIDELIA_API size_t fidelia_text_length(const fidelia_text* text) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_text_destroy(fidelia_text* text) FIDELIA_NOEXCEPT;

/* -- context -------------------------------------------------------------------------------------
 */
/* Hooks belong to one context, never to the process. `user` comes back as the first argument. All
 * may be called from any thread, except progress (the calling thread only). A NULL hook means the
 * C++ heap, silence, no clock, no seed, no progress, threads of the library's own. */
typedef struct fidelia_hooks {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  void* user;
  /* NULL on failure. Set both or none; size and alignment come back on release. */
  void* (*allocate)(void* user, size_t bytes, size_t alignment);
  void (*release)(void* user, void* memory, size_t bytes, size_t alignment);
  /* level: 0 debug, 1 info, 2 warning, 3 error. */
  void (*log)(void* user, int32_t level, const char* text, size_t length);
  /* Microseconds since 1970-01-01 UTC; for recorded_at only, never for a score. */
  int64_t (*now)(void* user);
  /* Fills *seed; 0 is success. Asked only where random numbers are wanted and no seed is given. */
  int32_t (*seed)(void* user, uint64_t* seed);
  /* fraction in 0..1 of the step named by what; non-zero cancels the call. */
  int32_t (*progress)(void* user, double fraction, const char* what, size_t length);
  /* Runs task(argument, i) for i = 0 .. count-1 on any threads; returns when all are done. */
  void (*run_tasks)(void* user, void (*task)(void* argument, int64_t index), void* argument,
                    int64_t count);
} fidelia_hooks;

#define FIDELIA_LEVEL_AUTOMATIC 0
#define FIDELIA_LEVEL_BASELINE 1
#define FIDELIA_LEVEL_AVX2 2
#define FIDELIA_LEVEL_AVX512 3

typedef struct fidelia_context_options {
  uint32_t struct_size;
  uint32_t threads;           /* threads that a call may use, the caller's included; 0 means 1 */
  int32_t level;              /* FIDELIA_LEVEL_...; one the machine lacks is refused */
  uint32_t reserved;          /* 0 */
  const fidelia_hooks* hooks; /* copied by the call; NULL: none */
} fidelia_context_options;

/* `options` may be NULL: one thread, no hooks. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_context_create(const fidelia_context_options* options, fidelia_context** out,
                       fidelia_error** error) FIDELIA_NOEXCEPT;
/* Asks all running calls of the context to stop; from any thread or a signal handler. Calls end
 * with FIDELIA_CANCELLED until fidelia_context_reset. */
FIDELIA_API void fidelia_context_cancel(fidelia_context* context) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_context_reset(fidelia_context* context) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_context_destroy(fidelia_context* context) FIDELIA_NOEXCEPT;

/* -- options -------------------------------------------------------------------------------------
 */
/* Values by name, checked by the call that uses them. Setting a name again replaces its value. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_create(fidelia_options** out, fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_flag(fidelia_options* options, const char* name, int32_t value,
                         fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_integer(fidelia_options* options, const char* name, int64_t value,
                            fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_real(fidelia_options* options, const char* name, double value,
                         fidelia_error** error) FIDELIA_NOEXCEPT;
/* Text, a word of a list, or any other kind of value written as text ("2023-12-31", "0.9"). */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_text(fidelia_options* options, const char* name, const char* value,
                         fidelia_error** error) FIDELIA_NOEXCEPT;
/* Days since 1970-01-01. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_day(fidelia_options* options, const char* name, int32_t days,
                        fidelia_error** error) FIDELIA_NOEXCEPT;
/* Keeps the model alive. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_set_model(fidelia_options* options, const char* name, const fidelia_model* model,
                          fidelia_error** error) FIDELIA_NOEXCEPT;
/* In the input table `input` (""; in every input) our `column` is called `source` by the caller. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_options_map_column(fidelia_options* options, const char* input, const char* column,
                           const char* source, fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_options_destroy(fidelia_options* options) FIDELIA_NOEXCEPT;

/* -- catalogue -----------------------------------------------------------------------------------
 */
/* JSON: one entry with its tables, columns, units, options, defaults and ranges; or, for "", all
 * names with kind and sentence. */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_describe(const char* name, fidelia_text** out,
                                                          fidelia_error** error) FIDELIA_NOEXCEPT;

/* -- calls ---------------------------------------------------------------------------------------
 */
/* Runs the entry `name` over named input streams and fills named output streams. Inputs are always
 * consumed. `outputs[i]` is written on success only (the caller releases it); naming an output
 * that the entry lacks is refused, outputs that are not named are dropped. Beside its own, each
 * entry that reads tables has the outputs "rejected" (rows set aside, with reasons) and "intake"
 * (rows read and what was noticed). `options` may be NULL. */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_call(
    fidelia_context* context, const char* name, const char* const* input_names,
    struct ArrowArrayStream* const* inputs, int64_t input_count, const fidelia_options* options,
    const char* const* output_names, struct ArrowArrayStream* const* outputs, int64_t output_count,
    fidelia_error** error) FIDELIA_NOEXCEPT;

/* -- models --------------------------------------------------------------------------------------
 */
/* Fits the model `name`. A fit that does not converge is not an error: the call returns FIDELIA_OK
 * and a model whose record says converged = false and why. "rejected" and "intake" may be asked for
 * as outputs. */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_model_fit(
    fidelia_context* context, const char* name, const char* const* input_names,
    struct ArrowArrayStream* const* inputs, int64_t input_count, const fidelia_options* options,
    const char* const* output_names, struct ArrowArrayStream* const* outputs, int64_t output_count,
    fidelia_model** out, fidelia_error** error) FIDELIA_NOEXCEPT;
/* As fidelia_call, for a call of the model ("predict"). */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_model_call(fidelia_context* context, const fidelia_model* model, const char* call,
                   const char* const* input_names, struct ArrowArrayStream* const* inputs,
                   int64_t input_count, const fidelia_options* options,
                   const char* const* output_names, struct ArrowArrayStream* const* outputs,
                   int64_t output_count, fidelia_error** error) FIDELIA_NOEXCEPT;
/* The model's file: one JSON object with model, parameters, log_likelihood, covariance, converged,
 * reason, data, options and version. It loads on any machine. */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_model_save(const fidelia_model* model,
                                                            fidelia_text** out,
                                                            fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_model_load(const char* json, size_t length,
                                                            fidelia_model** out,
                                                            fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_model_destroy(fidelia_model* model) FIDELIA_NOEXCEPT;

/* -- one customer at a time ----------------------------------------------------------------------
 */
/* A purchase model and, optionally, a spend model (NULL) prepared with the options of the entry
 * customer_scores (horizon, months, discount_rate, margin …). */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_scorer_create(
    const fidelia_model* purchase_model, const fidelia_model* spend_model,
    const fidelia_options* options, fidelia_scorer** out, fidelia_error** error) FIDELIA_NOEXCEPT;

typedef struct fidelia_customer {
  uint32_t struct_size;
  uint32_t reserved;     /* 0 */
  double frequency;      /* repeat purchases, a whole number >= 0 */
  double t_x;            /* age at the last purchase, in the model's unit of time */
  double T;              /* age, >= t_x */
  double monetary_value; /* mean spend of a repeat purchase; 0 where frequency is 0 */
} fidelia_customer;

typedef struct fidelia_customer_score {
  uint32_t struct_size; /* set by the caller; the library fills what fits */
  uint32_t missing;     /* out: bits FIDELIA_MISSING_...; such a value is 0 and does not exist */
  double p_alive;
  double expected_purchases; /* within the horizon */
  double expected_spend;     /* of one purchase */
  double lifetime_value;     /* discounted margin within the months */
} fidelia_customer_score;
#define FIDELIA_MISSING_EXPECTED_SPEND 1u /* no spend model, or its mean does not exist */
#define FIDELIA_MISSING_LIFETIME_VALUE 2u

/* Allocates nothing; some hundred nanoseconds. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_scorer_score(const fidelia_scorer* scorer, const fidelia_customer* customer,
                     fidelia_customer_score* score, fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_scorer_destroy(fidelia_scorer* scorer) FIDELIA_NOEXCEPT;

/* -- points ledger -------------------------------------------------------------------------------
 *
 * Double entry in lots, as include/fidelia/loyalty/points_ledger.h says in full. Amounts are minor
 * units, days count from 1970-01-01, instants are microseconds from then (UTC). An id that was used
 * for the same operation gives the first receipt again; for another it is FIDELIA_CONFLICT. A
 * refusal is FIDELIA_INVALID_DATA and names the field in fidelia_error_column. */
typedef struct fidelia_ledger_options {
  uint32_t struct_size;
  int32_t must_exist;      /* 1: a file that is not there is refused; 0: it is made */
  int32_t busy_timeout_ms; /* to wait for other writers; 0: 10000, -1: not at all */
  uint32_t reserved;       /* 0 */
} fidelia_ledger_options;

/* A ledger in an SQLite file, or in memory where `path` is NULL. `options` may be NULL. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_open(const char* path, const fidelia_ledger_options* options, fidelia_ledger** out,
                    fidelia_error** error) FIDELIA_NOEXCEPT;
FIDELIA_API void fidelia_ledger_destroy(fidelia_ledger* ledger) FIDELIA_NOEXCEPT;

#define FIDELIA_EARLIEST_EXPIRY 0
#define FIDELIA_FIRST_EARNED 1
typedef struct fidelia_points_currency {
  uint32_t struct_size;
  int32_t scale;            /* decimals of a point, 0 .. 9 */
  int32_t lot_order;        /* which points are spent first */
  int32_t no_debt;          /* 1: reversing an earning is refused when its points are gone */
  int32_t late_refund_days; /* how long points that come back late can be spent; 0: not at all */
  uint32_t reserved;        /* 0 */
} fidelia_points_currency;

/* The currency's number, from 0. One that is there with the same terms is found again. `terms` may
 * be NULL. */
FIDELIA_API FIDELIA_CHECK fidelia_status fidelia_ledger_add_currency(
    fidelia_ledger* ledger, const char* code, const fidelia_points_currency* terms, uint32_t* out,
    fidelia_error** error) FIDELIA_NOEXCEPT;

#define FIDELIA_WALLET 0
#define FIDELIA_PARTNER 1
#define FIDELIA_ISSUER 2
#define FIDELIA_REDEEMED 3
#define FIDELIA_BREAKAGE 4
#define FIDELIA_EXCHANGE 5
/* The account with that key, opened if new. Roles: wallet and partner; or one of the other four
 * with `key` NULL, which each currency has. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_open_account(fidelia_ledger* ledger, const char* key, uint32_t currency,
                            int32_t role, uint32_t* out, fidelia_error** error) FIDELIA_NOEXCEPT;

#define FIDELIA_OPERATION_EARN 0
#define FIDELIA_OPERATION_REDEEM 1
#define FIDELIA_OPERATION_HOLD 2
#define FIDELIA_OPERATION_SETTLE 3
#define FIDELIA_OPERATION_RELEASE 4
#define FIDELIA_OPERATION_REVERSE 5
#define FIDELIA_OPERATION_TRANSFER 6
#define FIDELIA_OPERATION_EXCHANGE 7
#define FIDELIA_OPERATION_ADVANCE 8

/* A part of an operation that can be reversed by itself. */
typedef struct fidelia_operation_line {
  int64_t amount;
  int32_t line; /* the caller's number */
  int32_t reserved;
} fidelia_operation_line;

/* All kinds in one struct; a field that the kind does not have must be 0. */
typedef struct fidelia_operation {
  uint32_t struct_size;
  int32_t kind;     /* FIDELIA_OPERATION_... */
  uint64_t id_high; /* the caller's 128 bits */
  uint64_t id_low;
  int64_t at;        /* when it is recorded */
  int32_t effective; /* day */
  uint32_t account;  /* the wallet: earn, redeem, hold; the giving one: transfer, exchange */
  uint32_t to;       /* the receiving wallet: transfer, exchange; the partner who pays (earn) or
                      * takes (redeem, settle); 0: the currency's own account */
  int32_t has_line;  /* reverse: 1 where only `line` is meant */
  int32_t line;
  int32_t first_day;    /* earn: from when points can be spent; 0: effective */
  int32_t last_day;     /* earn, exchange: until when; 0: no end */
  int32_t reserved;     /* 0 */
  int64_t amount;       /* 0: all there is (settle, reverse) */
  uint64_t target_high; /* settle, release: the hold's id; reverse: that of what is reversed */
  uint64_t target_low;
  int64_t until;     /* hold: when it ends by itself; 0: never */
  int64_t numerator; /* exchange: amount * numerator / denominator, rounded down; 0: 1 */
  int64_t denominator;
  int64_t spread;                      /* exchange: of which so much stays with the exchange */
  const fidelia_operation_line* lines; /* earn, redeem, settle: parts that sum to amount, or NULL */
  int64_t line_count;
} fidelia_operation;

typedef struct fidelia_receipt {
  uint32_t struct_size; /* set by the caller; the library fills what fits */
  int32_t repeated;     /* the id had been seen: nothing was done this time */
  uint64_t transaction; /* from 1 */
  int64_t amount;       /* what moved; of an advance: what expired */
  int64_t expired;      /* of it: restored points whose lot had ended */
  int64_t debt;         /* of it: what became debt of the wallet */
  int64_t bought;       /* exchange */
  int64_t residue;      /* exchange: what rounding left out, over `denominator` */
} fidelia_receipt;

/* Does `count` operations together, all or none: fidelia_error_row is the one at fault. In a file
 * they are written at once, which is many times faster than one by one. All structs of an array
 * have the struct_size of its first. `receipts` has room for `count`, or is NULL. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_post(fidelia_ledger* ledger, const fidelia_operation* operations, int64_t count,
                    fidelia_receipt* receipts, fidelia_error** error) FIDELIA_NOEXCEPT;
/* The same receipts, or the same refusal, and no trace. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_rehearse(fidelia_ledger* ledger, const fidelia_operation* operations, int64_t count,
                        fidelia_receipt* receipts, fidelia_error** error) FIDELIA_NOEXCEPT;
/* From now on nothing is dated on or before `day`. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_close(fidelia_ledger* ledger, int32_t day, fidelia_error** error) FIDELIA_NOEXCEPT;

typedef struct fidelia_balance {
  uint32_t struct_size; /* set by the caller; the library fills what fits */
  uint32_t reserved;    /* 0 */
  int64_t available;    /* can be spent on the day */
  int64_t held;
  int64_t pending; /* cannot be spent yet */
  int64_t lapsed;  /* past its last day, not yet posted as expired */
  int64_t debt;
  int64_t total; /* available + held + pending + lapsed - debt */
} fidelia_balance;

/* As the account stands now, by what can be spent on `day`; of others than wallets `total` only. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_balance(fidelia_ledger* ledger, uint32_t account, int32_t day,
                       fidelia_balance* balance, fidelia_error** error) FIDELIA_NOEXCEPT;
/* The sum of all entries that were effective by `day`. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_total_as_of(fidelia_ledger* ledger, uint32_t account, int32_t day, int64_t* total,
                           fidelia_error** error) FIDELIA_NOEXCEPT;
/* Recomputes everything from the entries: FIDELIA_OK, or what does not add up. */
FIDELIA_API FIDELIA_CHECK fidelia_status
fidelia_ledger_verify(fidelia_ledger* ledger, fidelia_error** error) FIDELIA_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif
#endif /* FIDELIA_FIDELIA_H_ */
