# SPDX-License-Identifier: Apache-2.0
"""Points as a double-entry ledger, in a file or in memory."""

from __future__ import annotations

import datetime
import operator
import os
import time
import uuid
from collections.abc import Iterable
from typing import Any, Generic, Literal, NamedTuple, TypeVar, Union

from . import _core
from ._errors import InvalidArgumentError
from ._inputs import DateLike, days_of

__all__ = ["Balance", "PointsLedger", "Receipt", "Store", "open"]

_KINDS = {
    name: number
    for number, name in enumerate(
        ("earn", "redeem", "hold", "settle", "release", "reverse", "transfer", "exchange", "advance")
    )
}
_ROLES = ("wallet", "partner", "issuer", "redeemed", "breakage", "exchange")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

_Id = Union[uuid.UUID, int]
_Lines = Iterable["tuple[int, int]"]
_Done = TypeVar("_Done")


class Receipt(NamedTuple):
    """What an operation did, in minor units."""

    transaction: int
    #: What moved; of an advance: what expired.
    amount: int
    #: Of it: restored points whose lot had ended.
    expired: int
    #: Of it: what became debt of the wallet.
    debt: int
    #: Exchange: points of the second currency.
    bought: int
    #: Exchange: what rounding left out, over ``denominator``.
    residue: int
    #: The id had been seen: nothing was done this time.
    repeated: bool


class Balance(NamedTuple):
    """How a wallet stands, in minor units."""

    #: Can be spent on the day.
    available: int
    held: int
    #: Cannot be spent yet.
    pending: int
    #: Past its last day, not yet posted as expired.
    lapsed: int
    debt: int
    #: available + held + pending + lapsed - debt.
    total: int


def _day(value: DateLike, name: str) -> int:
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            raise InvalidArgumentError(
                f"{name} takes a date such as 2024-02-29, not {value!r}", column=name
            ) from None
    return days_of(value, name)


def _instant(value: datetime.datetime | None, name: str) -> int:
    if value is None:
        return time.time_ns() // 1000
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        raise InvalidArgumentError(f"{name} takes a datetime with a time zone", column=name)
    return (value - _EPOCH) // datetime.timedelta(microseconds=1)


def _whole(value: object, name: str, bits: int, signed: bool = True) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    least = -(2 ** (bits - 1)) if signed else 0
    if number is None or isinstance(value, bool) or not least <= number < least + 2**bits:
        raise InvalidArgumentError(
            f"{name} takes a whole number of {bits} bits, not {value!r}", column=name
        )
    return number


def _text(value: str, name: str) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise InvalidArgumentError(f"{name} takes text without zero bytes", column=name)
    return value


def _id(value: _Id | None, name: str) -> tuple[int, int]:
    """128 bits in two halves; without an id, a new one whose order is that of time."""
    if value is None:
        value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    number = value.int if isinstance(value, uuid.UUID) else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**128:
        raise InvalidArgumentError(f"{name} takes a UUID or 0 .. 2**128 - 1", column=name)
    return number >> 64, number & (2**64 - 1)


class _Operations(Generic[_Done]):
    """The operations; what is done with one is the subclass's."""

    def _do(self, operation: dict[str, Any]) -> _Done:
        raise NotImplementedError

    def _start(
        self,
        kind: str,
        effective: DateLike,
        id: _Id | None,
        at: datetime.datetime | None,
        **fields: Any,
    ) -> _Done:
        high, low = _id(id, "id")
        operation: dict[str, Any] = {
            "kind": _KINDS[kind],
            "id_high": high,
            "id_low": low,
            "at": _instant(at, "at"),
            "effective": _day(effective, "effective"),
        }
        for name, value in fields.items():
            if value is None:
                continue
            if name in ("first_day", "last_day"):
                operation[name] = _day(value, name)
            elif name == "target":
                operation["target_high"], operation["target_low"] = _id(value, name)
            elif name == "until":
                operation[name] = _instant(value, name)
            elif name == "lines":
                operation[name] = [
                    (_whole(line, name, 32), _whole(amount, name, 64)) for line, amount in value
                ]
            elif name in ("account", "to"):
                operation[name] = _whole(value, name, 32, signed=False)
            else:
                operation[name] = _whole(value, name, 32 if name == "line" else 64)
            if name == "line":
                operation["has_line"] = 1
        return self._do(operation)

    def earn(
        self,
        account: int,
        amount: int,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        first_day: DateLike | None = None,
        last_day: DateLike | None = None,
        partner: int | None = None,
        lines: _Lines | None = None,
    ) -> _Done:
        """Points for a member.

        Parameters
        ----------
        account : int
            The wallet.
        amount : int
            Minor units.
        effective : date
            The business day.
        id : UUID or int, optional
            128 bits that name the operation: repeated with the same content they give the first
            receipt again. Without one, a new id is made, and a retry is a new operation.
        at : datetime, optional
            When it is recorded; default: now.
        first_day, last_day : date, optional
            When the points can be spent; default: from the effective day on, without end.
        partner : int, optional
            The partner's account that pays; default: the issuer.
        lines : iterable of (line, amount), optional
            Parts that can be reversed by themselves; they sum to ``amount``.
        """
        return self._start(
            "earn", effective, id, at, account=account, amount=amount, first_day=first_day,
            last_day=last_day, to=partner, lines=lines,
        )  # fmt: skip

    def redeem(
        self,
        account: int,
        amount: int,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        partner: int | None = None,
        lines: _Lines | None = None,
    ) -> _Done:
        """Points spent by a member, of lots that are valid on the day, in the currency's order.

        Parameters are those of :meth:`earn`; ``partner`` takes the points.
        """
        return self._start(
            "redeem", effective, id, at, account=account, amount=amount, to=partner, lines=lines
        )

    def hold(
        self,
        account: int,
        amount: int,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        until: datetime.datetime | None = None,
    ) -> _Done:
        """Set points aside until they are settled, released, or ``until`` has passed."""
        return self._start("hold", effective, id, at, account=account, amount=amount, until=until)

    def settle(
        self,
        hold: _Id,
        amount: int | None = None,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        partner: int | None = None,
        lines: _Lines | None = None,
    ) -> _Done:
        """Redeem what the operation ``hold`` set aside, or a part; the rest goes back."""
        return self._start(
            "settle", effective, id, at, target=hold, amount=amount, to=partner, lines=lines
        )

    def release(
        self,
        hold: _Id,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
    ) -> _Done:
        """Give back what the operation ``hold`` set aside."""
        return self._start("release", effective, id, at, target=hold)

    def reverse(
        self,
        target: _Id,
        amount: int | None = None,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        line: int | None = None,
    ) -> _Done:
        """Take back an earning, a redemption or a settled hold, or a part of it."""
        return self._start("reverse", effective, id, at, target=target, amount=amount, line=line)

    def transfer(
        self,
        source: int,
        to: int,
        amount: int,
        *,
        effective: DateLike,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
    ) -> _Done:
        """Points from one wallet to another; days and origin of the lots stay."""
        return self._start("transfer", effective, id, at, account=source, to=to, amount=amount)

    def exchange(
        self,
        source: int,
        to: int,
        amount: int,
        *,
        effective: DateLike,
        numerator: int = 1,
        denominator: int = 1,
        spread: int = 0,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
        last_day: DateLike | None = None,
    ) -> _Done:
        """Points of one currency for ``amount * numerator / denominator`` of another, rounded down.

        Of these, ``spread`` stays with the exchange.
        """
        return self._start(
            "exchange", effective, id, at, account=source, to=to, amount=amount,
            numerator=numerator, denominator=denominator, spread=spread, last_day=last_day,
        )  # fmt: skip

    def advance(
        self,
        effective: DateLike,
        *,
        id: _Id | None = None,
        at: datetime.datetime | None = None,
    ) -> _Done:
        """Post what expired before the day, and release holds that have ended."""
        return self._start("advance", effective, id, at)


class _Batch(_Operations[int]):
    """Operations that stand or fall together; ``receipts`` are there after the ``with`` block."""

    def __init__(self, ledger: PointsLedger, rehearse: bool) -> None:
        self._ledger = ledger
        self._rehearse = rehearse
        self._operations: list[dict[str, Any]] = []
        self.receipts: list[Receipt] = []

    def _do(self, operation: dict[str, Any]) -> int:
        self._operations.append(operation)
        return len(self._operations) - 1

    def __enter__(self) -> _Batch:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.receipts = self._ledger._post(self._operations, self._rehearse)


class PointsLedger(_Operations[Receipt]):
    """Points, stamps and miles as a double-entry ledger that can be trusted with money.

    Parameters
    ----------
    path : str or path, optional
        An SQLite file, made if it is not there; without one the ledger is in memory. What an
        operation acknowledged is on the disk.
    must_exist : bool, optional
        Refuse a file that is not there.
    busy_timeout : float, optional
        Seconds to wait for other writers.

    Examples
    --------
    >>> import fidelia
    >>> ledger = fidelia.PointsLedger()
    >>> points = ledger.add_currency("points")
    >>> ann = ledger.open_account("ann", points)
    >>> ledger.earn(ann, 100, effective="2024-03-01", last_day="2025-02-28").amount
    100
    >>> ledger.redeem(ann, 30, effective="2024-04-01").amount
    30
    >>> ledger.balance(ann, "2024-04-01").available
    70
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        must_exist: bool = False,
        busy_timeout: float = 10,
    ) -> None:
        if not 0 <= busy_timeout <= 3600:
            raise InvalidArgumentError("busy_timeout must be 0 .. 3600", column="busy_timeout")
        wait = round(busy_timeout * 1000) or -1
        name = None if path is None else _text(os.fspath(path), "path")
        self._ledger = _core.Ledger(name, bool(must_exist), wait)

    def _post(self, operations: list[dict[str, Any]], rehearse: bool) -> list[Receipt]:
        return [Receipt(*receipt) for receipt in self._ledger.post(operations, rehearse)]

    def _do(self, operation: dict[str, Any]) -> Receipt:
        return self._post([operation], False)[0]

    def close(self) -> None:
        """Close the file; the ledger cannot be used any more."""
        self._ledger.close()

    def add_currency(
        self,
        code: str,
        *,
        scale: int = 0,
        order: Literal["earliest_expiry", "first_earned"] = "earliest_expiry",
        debt: bool = True,
        late_refund_days: int | None = None,
    ) -> int:
        """Add a currency, or find the one with the same code and terms; gives its number.

        Parameters
        ----------
        code : str
            Its name.
        scale : int, optional
            Decimals of a point, 0 to 9: amounts are in the smallest unit.
        order : {"earliest_expiry", "first_earned"}, optional
            Which points are spent first.
        debt : bool, optional
            Whether a reversal of points that are spent leaves a debt; otherwise it is refused.
        late_refund_days : int, optional
            For how many days points can be spent that come back after their last day; default:
            they expire at once.
        """
        orders = ("earliest_expiry", "first_earned")
        if order not in orders:
            raise InvalidArgumentError(
                f'order is "{order}"; it takes one of: {", ".join(orders)}', column="order"
            )
        return self._ledger.add_currency(
            _text(code, "code"),
            _whole(scale, "scale", 32),
            orders.index(order),
            bool(debt),
            _whole(late_refund_days or 0, "late_refund_days", 32),
        )

    def open_account(self, key: str | None, currency: int, role: str = "wallet") -> int:
        """The number of the account with that key, opened if new.

        Parameters
        ----------
        key : str or None
            The member's or partner's key; None for the accounts that each currency has.
        currency : int
            Number of the currency.
        role : {"wallet", "partner", "issuer", "redeemed", "breakage", "exchange"}, optional
            The last four are the currency's own.
        """
        if role not in _ROLES:
            raise InvalidArgumentError(
                f'role is "{role}"; it takes one of: {", ".join(_ROLES)}', column="role"
            )
        return self._ledger.open_account(
            None if key is None else _text(key, "key"),
            _whole(currency, "currency", 32, signed=False),
            _ROLES.index(role),
        )

    def batch(self) -> _Batch:
        """Operations that stand or fall together; in a file they are written at once.

        Examples
        --------
        >>> import fidelia
        >>> ledger = fidelia.PointsLedger()
        >>> ann = ledger.open_account("ann", ledger.add_currency("points"))
        >>> with ledger.batch() as batch:
        ...     first = batch.earn(ann, 100, effective="2024-03-01")
        ...     second = batch.redeem(ann, 30, effective="2024-03-02")
        >>> [receipt.amount for receipt in batch.receipts]
        [100, 30]
        """
        return _Batch(self, False)

    def rehearse(self) -> _Batch:
        """As :meth:`batch`, with the same receipts or the same refusal, and without a trace."""
        return _Batch(self, True)

    def close_period(self, day: DateLike) -> None:
        """From now on nothing is dated on or before the day."""
        self._ledger.close_day(_day(day, "day"))

    def balance(self, account: int, day: DateLike) -> Balance:
        """How the account stands now, by what can be spent on the day."""
        number = _whole(account, "account", 32, signed=False)
        return Balance(*self._ledger.balance(number, _day(day, "day")))

    def total_as_of(self, account: int, day: DateLike) -> int:
        """The sum of all entries that were effective by the day."""
        number = _whole(account, "account", 32, signed=False)
        return self._ledger.total_as_of(number, _day(day, "day"))

    def verify(self) -> None:
        """Recompute everything from the entries; raises what does not add up."""
        self._ledger.verify()


class Store:
    """What one file keeps; made by :func:`open`. ``loyalty`` is its points ledger."""

    def __init__(self, loyalty: PointsLedger) -> None:
        self.loyalty = loyalty

    def close(self) -> None:
        """Close the file."""
        self.loyalty.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close()


def open(
    path: str | os.PathLike[str] | None = None,
    *,
    must_exist: bool = False,
    busy_timeout: float = 10,
) -> Store:
    """Open a file of Fidelia, made if it is not there; without a path all is in memory.

    Parameters
    ----------
    path : str or path, optional
        An SQLite file; several processes may use it at once.
    must_exist : bool, optional
        Refuse a file that is not there.
    busy_timeout : float, optional
        Seconds to wait for other writers, 0 to 3600.

    Examples
    --------
    >>> import fidelia
    >>> with fidelia.open() as crm:
    ...     points = crm.loyalty.add_currency("points")
    """
    return Store(PointsLedger(path, must_exist=must_exist, busy_timeout=busy_timeout))
