// SPDX-License-Identifier: Apache-2.0
//
// The tables of a ledger in a file. Days count from 1970-01-01, instants are microseconds from then
// (UTC), amounts are minor units, roles and kinds the numbers of points_ledger.h; an absent last
// day is null. Entries, transactions and what lots and holds began with never change.
//
// A posting changes few pages: an account's row leads to its entries, by a chain, and to its lots,
// so that neither needs an index by account. In SQL:
//   SELECT l.* FROM ledger_account a, json_each(a.open) o JOIN ledger_lot l ON l.number = o.value
#ifndef FIDELIA_SRC_ENGINE_LEDGER_SCHEMA_H_
#define FIDELIA_SRC_ENGINE_LEDGER_SCHEMA_H_

namespace fidelia::detail {

/// "FIDE": in the header of each file of Fidelia.
inline constexpr int kApplicationId = 0x46494445;
/// Of the tables. A file with a higher one was made by a newer Fidelia.
inline constexpr int kSchemaVersion = 1;

inline constexpr const char* kLedgerSchema = R"sql(
CREATE TABLE ledger_terms (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  closed INTEGER                        -- day up to which the books are closed
) STRICT;
CREATE TABLE ledger_currency (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  scale INTEGER NOT NULL,
  lot_order INTEGER NOT NULL,
  debt INTEGER NOT NULL,                -- whether reversals may leave one
  late_refund_days INTEGER,
  issuer INTEGER NOT NULL               -- accounts issuer .. issuer + 3 are the currency's
) STRICT;
CREATE TABLE ledger_account (
  number INTEGER PRIMARY KEY,
  currency INTEGER NOT NULL,
  role INTEGER NOT NULL,
  key TEXT,
  total INTEGER NOT NULL,               -- sum of its entries
  debt INTEGER NOT NULL,
  entries_end INTEGER NOT NULL,         -- its latest entry + 1
  open TEXT NOT NULL                    -- its lots with something left, as a JSON list
) STRICT;
CREATE UNIQUE INDEX ledger_account_key ON ledger_account (currency, key) WHERE key IS NOT NULL;
CREATE INDEX ledger_account_debt ON ledger_account (number) WHERE debt > 0;
CREATE TABLE ledger_transaction (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,              -- the caller's, 16 bytes
  kind INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  first_entry INTEGER NOT NULL,
  target INTEGER NOT NULL,              -- of a settle, release or reversal
  content INTEGER NOT NULL,             -- hash of what was asked
  amount INTEGER NOT NULL,              -- the receipt, from here on
  expired INTEGER NOT NULL,
  debt INTEGER NOT NULL,
  bought INTEGER NOT NULL,
  residue INTEGER NOT NULL
) STRICT;
CREATE TABLE ledger_entry (
  number INTEGER PRIMARY KEY,
  transaction_number INTEGER NOT NULL,
  account INTEGER NOT NULL,
  lot INTEGER NOT NULL,                 -- 0: none
  line INTEGER,
  effective INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  previous INTEGER NOT NULL             -- the account's entry before it + 1
) STRICT;
CREATE TABLE ledger_reversed (
  entry INTEGER PRIMARY KEY,
  amount INTEGER NOT NULL
) STRICT;
CREATE TABLE ledger_lot (
  number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  parent INTEGER NOT NULL,              -- 0: none
  earned INTEGER NOT NULL,              -- transaction
  first_day INTEGER NOT NULL,
  last_day INTEGER,
  original INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  held INTEGER NOT NULL,
  expired INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_lot_ending ON ledger_lot (last_day) WHERE remaining > 0 AND last_day IS NOT NULL;
CREATE TABLE ledger_hold (
  transaction_number INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  until INTEGER,
  ended INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_hold_until ON ledger_hold (until) WHERE ended = 0 AND until IS NOT NULL;
CREATE TABLE ledger_slice (
  hold INTEGER NOT NULL,
  place INTEGER NOT NULL,
  lot INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (hold, place)
) STRICT, WITHOUT ROWID;
INSERT INTO ledger_terms VALUES (1, NULL);

CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'entries of a ledger are never changed'); END;
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'entries of a ledger are never deleted'); END;
CREATE TRIGGER ledger_transaction_stays BEFORE UPDATE ON ledger_transaction
BEGIN SELECT RAISE(ABORT, 'transactions of a ledger are never changed'); END;
CREATE TRIGGER ledger_transaction_is_kept BEFORE DELETE ON ledger_transaction
BEGIN SELECT RAISE(ABORT, 'transactions of a ledger are never deleted'); END;
CREATE TRIGGER ledger_lot_stays
BEFORE UPDATE OF number, account, parent, earned, first_day, last_day, original ON ledger_lot
BEGIN SELECT RAISE(ABORT, 'what a lot began with is never changed'); END;
CREATE TRIGGER ledger_lot_is_kept BEFORE DELETE ON ledger_lot
BEGIN SELECT RAISE(ABORT, 'lots are never deleted'); END;
CREATE TRIGGER ledger_account_stays BEFORE UPDATE OF number, currency, role, key ON ledger_account
BEGIN SELECT RAISE(ABORT, 'what an account is called is never changed'); END;
CREATE TRIGGER ledger_account_is_kept BEFORE DELETE ON ledger_account
BEGIN SELECT RAISE(ABORT, 'accounts of a ledger are never deleted'); END;
CREATE TRIGGER ledger_hold_is_kept BEFORE DELETE ON ledger_hold
BEGIN SELECT RAISE(ABORT, 'holds are never deleted'); END;
CREATE TRIGGER ledger_slice_stays BEFORE UPDATE ON ledger_slice
BEGIN SELECT RAISE(ABORT, 'what a hold set aside is never changed'); END;
CREATE TRIGGER ledger_slice_is_kept BEFORE DELETE ON ledger_slice
BEGIN SELECT RAISE(ABORT, 'what a hold set aside is never deleted'); END;
)sql";

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_LEDGER_SCHEMA_H_
