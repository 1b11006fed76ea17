# SPDX-License-Identifier: Apache-2.0
"""Threads, memory and processor level of calls; results have the same bits for any threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from . import _core
from ._errors import InvalidArgumentError

__all__ = ["config", "get_kept_memory", "get_threads", "set_kept_memory", "set_threads"]

_LEVELS = {"automatic": 0, "baseline": 1, "avx2": 2, "avx512": 3}
_MOST_THREADS = 1024
_MOST_BY_DEFAULT = 16

_default_threads: int | None = None
_threads: ContextVar[int | None] = ContextVar("fidelia_threads", default=None)
_level: ContextVar[str] = ContextVar("fidelia_level", default="automatic")


def _checked(threads: int) -> int:
    if isinstance(threads, bool) or not isinstance(threads, int):
        raise InvalidArgumentError("threads takes a whole number", column="threads")
    if not 1 <= threads <= _MOST_THREADS:
        raise InvalidArgumentError(
            f"threads is {threads}; it must be between 1 and {_MOST_THREADS}", column="threads"
        )
    return threads


def set_threads(threads: int | None) -> None:
    """Set how many threads a call may use from now on.

    Parameters
    ----------
    threads : int or None
        The calling thread included. ``None`` takes the processors that this process may use, at
        most 16, which is the default. No thread outlives a call.

    Examples
    --------
    >>> import fidelia
    >>> fidelia.set_threads(2)
    >>> fidelia.get_threads()
    2
    >>> fidelia.set_threads(None)
    """
    global _default_threads
    _default_threads = None if threads is None else _checked(threads)


def get_threads() -> int:
    """How many threads a call may use now."""
    chosen = _threads.get() or _default_threads
    if chosen is not None:
        return chosen
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST_BY_DEFAULT)
    return min(os.cpu_count() or 1, _MOST_BY_DEFAULT)


def set_kept_memory(size: int) -> None:
    """Set how much memory waits for the next call when a call has ended.

    Calls on many rows take hundreds of megabytes. To get these from the system again for each call
    costs up to a third of its time, so blocks of a megabyte and more are kept.

    Parameters
    ----------
    size : int
        Bytes for the whole process; 536870912 (512 MB) if never set. What is over it is given back
        at once; 0 keeps nothing.

    Examples
    --------
    >>> import fidelia
    >>> fidelia.set_kept_memory(0)
    >>> fidelia.get_kept_memory()
    0
    >>> fidelia.set_kept_memory(512 * 2**20)
    """
    if isinstance(size, bool) or not isinstance(size, int):
        raise InvalidArgumentError("size takes a whole number of bytes", column="size")
    if not 0 <= size < 2**63:
        raise InvalidArgumentError(f"size is {size}; it must be between 0 and 2**63 - 1", column="size")
    _core.set_kept_memory(size)


def get_kept_memory() -> int:
    """How many bytes may wait for the next call (see :func:`set_kept_memory`)."""
    return _core.kept_memory_limit()


@contextmanager
def config(*, threads: int | None = None, level: str | None = None) -> Iterator[None]:
    """Threads and processor level for the calls within a ``with`` block.

    Parameters
    ----------
    threads : int, optional
        Threads that a call may use.
    level : {"automatic", "baseline", "avx2", "avx512"}, optional
        Processor level of the kernels. Results of two levels agree to 1e-12 relative; a fixed
        level gives the same bits on every machine that has it.

    Examples
    --------
    >>> import fidelia
    >>> with fidelia.config(threads=1, level="baseline"):
    ...     fidelia.get_threads()
    1
    """
    if level is not None and level not in _LEVELS:
        raise InvalidArgumentError(
            f'level is "{level}"; it takes one of: {", ".join(_LEVELS)}', column="level"
        )
    threads_token = _threads.set(_checked(threads)) if threads is not None else None
    level_token = _level.set(level) if level is not None else None
    try:
        yield
    finally:
        if threads_token is not None:
            _threads.reset(threads_token)
        if level_token is not None:
            _level.reset(level_token)


def current_level() -> int:
    """The level in force, as the C ABI numbers it."""
    return _LEVELS[_level.get()]
