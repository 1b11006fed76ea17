# SPDX-License-Identifier: Apache-2.0
"""Goal: points can be earned, spent, moved and taken back from Python, in a file and in memory alike.

Method: a story with numbers counted by hand on both; a thousand random postings against dictionaries;
threads; every wrong argument is named.
"""

from __future__ import annotations

import datetime
import random
import threading
import uuid
from pathlib import Path

import fidelia
import pytest

DAY = "2024-03-01"


@pytest.fixture(params=["memory", "file"])
def crm(request: pytest.FixtureRequest, tmp_path: Path) -> fidelia.Store:
    return fidelia.open(None if request.param == "memory" else tmp_path / "club.fidelia")


def test_a_story_to_the_end(crm: fidelia.Store) -> None:
    ledger = crm.loyalty
    points = ledger.add_currency("points", late_refund_days=5)
    ann, ben = ledger.open_account("ann", points), ledger.open_account("ben", points)
    shop = ledger.open_account("shop", points, "partner")
    sale = uuid.uuid4()
    earned = ledger.earn(
        ann, 100, effective=DAY, last_day=datetime.date(2024, 6, 30), id=sale, lines=[(1, 60), (2, 40)]
    )
    assert (earned.amount, earned.transaction, earned.repeated) == (100, 1, False)
    again = ledger.earn(
        ann, 100, effective=DAY, last_day="2024-06-30", id=sale.int, lines=[(1, 60), (2, 40)]
    )
    assert again == earned._replace(repeated=True)
    with pytest.raises(fidelia.ConflictError):
        ledger.earn(ann, 101, effective=DAY, id=sale)
    held = uuid.uuid4()
    ledger.hold(ann, 30, effective=DAY, id=held)
    assert ledger.balance(ann, DAY) == (70, 30, 0, 0, 0, 100)
    spent = uuid.uuid4()
    ledger.settle(held, 25, effective="2024-03-02", id=spent, partner=shop)
    assert ledger.reverse(spent, 5, effective="2024-03-03").amount == 5
    ledger.transfer(ann, ben, 15, effective="2024-03-03")
    assert ledger.reverse(sale, effective="2024-03-04", line=2).amount == 40
    assert ledger.balance(ann, DAY).available == 25
    assert ledger.balance(ben, DAY).total == 15
    assert ledger.balance(shop, DAY).total == 20
    assert ledger.total_as_of(ann, "2024-03-02") == 75
    assert ledger.advance("2024-07-01").amount == 40
    breakage = ledger.open_account(None, points, "breakage")
    assert ledger.balance(breakage, DAY).total == 40
    ledger.close_period("2024-07-31")
    with pytest.raises(fidelia.InvalidDataError, match="closed"):
        ledger.earn(ann, 1, effective="2024-07-31")
    ledger.verify()


def test_batches_stand_or_fall_together(crm: fidelia.Store) -> None:
    ledger = crm.loyalty
    ann = ledger.open_account("ann", ledger.add_currency("points"))
    with pytest.raises(fidelia.InvalidDataError) as caught:
        with ledger.batch() as batch:
            batch.earn(ann, 10, effective=DAY)
            batch.redeem(ann, 11, effective=DAY)
    assert (caught.value.row, caught.value.column) == (1, "amount")
    assert ledger.balance(ann, DAY).total == 0
    with pytest.raises(ZeroDivisionError):
        with ledger.batch() as batch:
            batch.earn(ann, 10, effective=DAY)
            raise ZeroDivisionError
    assert ledger.balance(ann, DAY).total == 0
    with ledger.rehearse() as rehearsal:
        rehearsal.earn(ann, 10, effective=DAY)
        rehearsal.redeem(ann, 4, effective=DAY)
    assert [receipt.amount for receipt in rehearsal.receipts] == [10, 4]
    assert ledger.balance(ann, DAY).total == 0
    with ledger.batch() as batch:
        batch.earn(ann, 10, effective=DAY)
        batch.redeem(ann, 4, effective=DAY)
    assert [receipt.transaction for receipt in batch.receipts] == [1, 2]
    assert ledger.balance(ann, DAY).total == 6


def test_random_postings_come_to_the_same_as_dictionaries(crm: fidelia.Store) -> None:
    ledger = crm.loyalty
    points, miles = ledger.add_currency("points"), ledger.add_currency("miles", scale=2)
    wallets = [ledger.open_account(f"M{i}", points) for i in range(20)]
    flyer = ledger.open_account("M0", miles)
    known = dict.fromkeys([*wallets, flyer], 0)
    dice = random.Random(5)
    with ledger.batch() as batch:
        for _ in range(1000):
            one, other = dice.sample(wallets, 2)
            amount = dice.randint(1, 50)
            kind = dice.choice(["earn", "redeem", "transfer", "exchange"])
            if kind == "earn":
                batch.earn(one, amount, effective=DAY)
                known[one] += amount
            elif known[one] >= amount:
                known[one] -= amount
                if kind == "redeem":
                    batch.redeem(one, amount, effective=DAY)
                elif kind == "transfer":
                    batch.transfer(one, other, amount, effective=DAY)
                    known[other] += amount
                else:
                    batch.exchange(one, flyer, amount, effective=DAY, numerator=7, denominator=3)
                    known[flyer] += amount * 7 // 3
    assert {wallet: ledger.balance(wallet, DAY).available for wallet in known} == known
    ledger.verify()


def test_a_file_is_shared_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "club.fidelia"
    with pytest.raises(fidelia.InvalidArgumentError):
        fidelia.open(path, must_exist=True)
    with fidelia.open(path) as crm:
        ann = crm.loyalty.open_account("ann", crm.loyalty.add_currency("points"))

    def earn_some() -> None:
        with fidelia.open(path) as own:
            for _ in range(20):
                own.loyalty.earn(ann, 1, effective=DAY)

    shared = fidelia.open(path)
    threads = [threading.Thread(target=earn_some) for _ in range(3)]
    threads += [
        threading.Thread(target=lambda: shared.loyalty.earn(ann, 1, effective=DAY)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.loyalty.balance(ann, DAY).total == 63
    shared.loyalty.verify()
    shared.close()
    with pytest.raises(fidelia.InvalidArgumentError):
        shared.loyalty.balance(ann, DAY)


def test_a_star_import_leaves_the_builtin_open_alone() -> None:
    names: dict[str, object] = {}
    exec("from fidelia import *", names)
    assert "open" not in names and names["PointsLedger"] is fidelia.PointsLedger


def test_what_is_wrong_is_named() -> None:
    ledger = fidelia.PointsLedger()
    ann = ledger.open_account("ann", ledger.add_currency("points"))

    def column_of(call: object) -> str | None:
        with pytest.raises(fidelia.InvalidArgumentError) as caught:
            call()  # type: ignore[operator]
        return caught.value.column

    assert column_of(lambda: ledger.earn(ann, 1.5, effective=DAY)) == "amount"  # type: ignore[arg-type]
    assert column_of(lambda: ledger.earn(ann, 2**63, effective=DAY)) == "amount"
    assert column_of(lambda: ledger.earn(True, 1, effective=DAY)) == "account"
    assert column_of(lambda: ledger.earn(-1, 1, effective=DAY)) == "account"
    assert column_of(lambda: ledger.earn(ann, 1, effective="soon")) == "effective"
    assert column_of(lambda: ledger.earn(ann, 1, effective=7)) == "effective"
    assert column_of(lambda: ledger.earn(ann, 1, effective=DAY, id=2**128)) == "id"
    assert column_of(lambda: ledger.earn(ann, 1, effective=DAY, lines=[(1, "x")])) == "lines"  # type: ignore[list-item]
    naive = datetime.datetime(2024, 1, 1)
    assert column_of(lambda: ledger.earn(ann, 1, effective=DAY, at=naive)) == "at"
    assert column_of(lambda: ledger.add_currency("x", order="any")) == "order"  # type: ignore[arg-type]
    assert column_of(lambda: ledger.add_currency("x\0y")) == "code"
    assert column_of(lambda: ledger.open_account("b", 0, "boss")) == "role"
    assert column_of(lambda: fidelia.open(busy_timeout=-1)) == "busy_timeout"
    with pytest.raises(fidelia.NotFoundError, match="no account 77"):
        ledger.redeem(77, 1, effective=DAY)
    with pytest.raises(fidelia.InvalidDataError, match="above 0"):
        ledger.earn(ann, 0, effective=DAY)
    assert ledger.balance(ann, DAY).total == 0
