# SPDX-License-Identifier: Apache-2.0
"""One customer at a time, without tables."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import _catalogue, _core
from ._calls import unknown_argument
from ._inputs import set_option
from ._models import Estimator

__all__ = ["CustomerScore", "Scorer"]


class CustomerScore(NamedTuple):
    """What a :class:`Scorer` says of one customer; a value that does not exist is None."""

    p_alive: float
    expected_purchases: float
    expected_spend: float | None
    lifetime_value: float | None


class Scorer:
    """Models prepared for single customers: some hundred nanoseconds each.

    Parameters
    ----------
    purchase_model : Estimator
        A fitted purchase model, such as ``BgNbd``.
    spend_model : Estimator, optional
        A fitted spend model, such as ``GammaGamma``; without one, spend and value do not exist.
    **options
        Options of ``customer_scores`` (``fidelia list customer_scores`` shows them).

    Examples
    --------
    >>> import fidelia
    >>> model = fidelia.BgNbd.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> scorer = fidelia.Scorer(model, horizon=39)
    >>> round(scorer.score(frequency=2, t_x=30.43, T=38.86).p_alive, 6)
    0.726579
    """

    def __init__(
        self, purchase_model: Estimator, spend_model: Estimator | None = None, **options: Any
    ) -> None:
        entry = _catalogue.entry("customer_scores")
        known = {o["name"]: o for o in entry["options"] if o["kind"] != "model"}
        values = _core.Options()
        for name, value in options.items():
            if name not in known:
                raise unknown_argument("Scorer", name, list(known))
            set_option(values, known[name], value)
        spend = spend_model._handle() if spend_model is not None else None
        self._scorer = _core.Scorer(purchase_model._handle(), spend, values)

    def score(
        self, frequency: float, t_x: float, T: float, monetary_value: float = 0.0
    ) -> CustomerScore:
        """Score a customer.

        Parameters
        ----------
        frequency : float
            Repeat purchases, a whole number.
        t_x : float
            Age at the last purchase, in the model's unit of time.
        T : float
            Age, at least ``t_x``.
        monetary_value : float, optional
            Mean spend of a repeat purchase; 0 where there is none.
        """
        return CustomerScore(*self._scorer.score(frequency, t_x, T, monetary_value))
