# SPDX-License-Identifier: Apache-2.0
"""Goal: models follow scikit-learn's rules, save, load and pickle, and never converge or fail in
silence. Method: small histories, scikit-learn's own functions, files by hand."""

from __future__ import annotations

import inspect
import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as TheirNotFittedError
from sklearn.utils.validation import check_is_fitted

import fidelia

AS_OF = "1997-09-30"
GIVEN = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@pytest.fixture(scope="module")
def histories(cdnow: pa.Table) -> fidelia.Table:
    return fidelia.purchase_summary(cdnow, unit="W", merge="D", as_of=AS_OF)


@pytest.fixture(scope="module")
def fitted(histories: fidelia.Table) -> Any:
    return fidelia.BgNbd().fit(histories)


def models() -> list[str]:
    return [e["name"] for e in fidelia.entries() if e["kind"] == "model"]


@pytest.mark.parametrize("name", models())
def test_every_model_is_an_estimator(name: str) -> None:
    entry = fidelia.describe(name)
    cls = getattr(fidelia, "".join(map(str.capitalize, name.split("_"))))
    options = [option["name"] for option in entry["options"]]
    assert list(inspect.signature(cls).parameters) == options
    estimator = cls()
    assert list(estimator.get_params()) == options
    assert clone(estimator).get_params() == estimator.get_params()
    for call in entry["calls"]:
        assert list(inspect.signature(getattr(cls, call["name"])).parameters)[0] == "self"
        with pytest.raises(fidelia.NotFittedError):
            getattr(estimator, call["name"])({"customer_id": [1]})
    with pytest.raises(TheirNotFittedError):
        check_is_fitted(estimator)


def test_hyperparameters() -> None:
    marker = 57_000
    name = fidelia.describe("bg_nbd")["options"][0]["name"]
    model = fidelia.BgNbd(**{name: marker})
    assert getattr(model, name) is marker  # stored unchanged
    assert clone(model).get_params()[name] is marker
    assert repr(model).startswith(f"BgNbd({name}=")
    assert model.set_params(**{name: 58}) is model
    assert getattr(model, name) == 58
    for wrong in (lambda: fidelia.BgNbd(pigs=1), lambda: model.set_params(pigs=1)):
        with pytest.raises(TypeError, match=f"no argument pigs; it takes: {name}"):
            wrong()
    with pytest.raises(TypeError):
        fidelia.BgNbd(marker)


def test_hyperparameters_are_checked_by_the_fit(summary: dict[str, list[object]]) -> None:
    name = fidelia.describe("bg_nbd")["options"][0]["name"]
    with pytest.raises(fidelia.InvalidArgumentError, match=name):
        fidelia.BgNbd(**{name: -5}).fit(summary)
    with pytest.raises(fidelia.UnknownArgumentError, match=f"fit has no argument {name}"):
        fidelia.BgNbd().fit(summary, **{name: 100})


def test_what_a_fit_tells(fitted: Any) -> None:
    check_is_fitted(fitted)
    assert list(fitted.params_) == ["r", "alpha", "a", "b"]
    assert fitted.covariance_.shape == (4, 4)
    assert np.allclose(fitted.covariance_, fitted.covariance_.T, rtol=1e-6)
    assert fitted.standard_errors_["r"] == np.sqrt(fitted.covariance_[0, 0])
    assert fitted.converged_ is True and fitted.n_iter_ > 0 and fitted.reason_
    assert fitted.data_["customers"] == 2357
    assert fitted.intake_["rows"].to_list()[0] == 2357
    assert len(fitted.rejected_) == 0


def test_fit_returns_itself(histories: fidelia.Table) -> None:
    model = fidelia.BgNbd()
    assert model.fit(histories) is model


def test_summary(fitted: Any, capsys: pytest.CaptureFixture[str]) -> None:
    table = fitted.summary()
    assert table.column_names == ["parameter", "coef", "se", "lower_95", "upper_95"]
    row = {name: table[name][0] for name in table.column_names}
    assert row["parameter"] == "r" and row["coef"] == fitted.params_["r"]
    assert row["upper_95"] - row["coef"] == pytest.approx(1.959964 * row["se"])
    fitted.print_summary()
    printed = capsys.readouterr().out
    for word in ("BgNbd", "log-likelihood", "-9582.4292", "AIC", "alpha", "converged"):
        assert word in printed
    assert "<table>" in fitted._repr_html_() and "alpha" in fitted._repr_html_()
    assert table.to_pandas()["coef"].tolist() == list(fitted.params_.values())


def test_before_a_fit() -> None:
    model = fidelia.GammaGamma()
    for name in ("params_", "log_likelihood_", "covariance_", "converged_", "anything_"):
        assert not hasattr(model, name)
        with pytest.raises(fidelia.NotFittedError, match="not fitted yet"):
            getattr(model, name)
    with pytest.raises(AttributeError, match="no attribute pigs"):
        model.pigs
    for call in (model.summary, lambda: model.save("nowhere")):
        with pytest.raises(ValueError, match="not fitted yet"):
            call()
    assert model._repr_html_() == "<pre>GammaGamma()</pre>"


def test_files(fitted: Any, histories: fidelia.Table, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    fitted.save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["model.json"]
    record = json.loads(path.read_text())
    assert record["model"] == "bg_nbd" and record["parameters"] == fitted.params_
    for again in (fidelia.load(path), fidelia.BgNbd.load(str(path))):
        assert type(again) is fidelia.BgNbd
        assert again.params_ == fitted.params_
        assert again.get_params() == fitted.get_params()
        assert (again.covariance_ == fitted.covariance_).all()
        expected = fitted.predict(histories, horizon=39).to_dict()
        assert again.predict(histories, horizon=39).to_dict() == expected
    with pytest.raises(fidelia.InvalidDataError, match="a model of bg_nbd, not of gamma_gamma"):
        fidelia.GammaGamma.load(path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", "not json", '{"format": "fidelia-model"}', "\xff"]
)
def test_what_is_no_model_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, encoding="latin-1")
    for load in (fidelia.load, fidelia.BgNbd.load):
        with pytest.raises(fidelia.InvalidDataError, match="model.json"):
            load(path)
    with pytest.raises(FileNotFoundError):
        fidelia.load(tmp_path / "nowhere.json")


def test_a_failed_save_leaves_the_old_file(fitted: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("old")
    with pytest.raises(fidelia.NotFittedError):
        fidelia.BgNbd().save(path)
    assert path.read_text() == "old"
    with pytest.raises(FileNotFoundError):
        fitted.save(tmp_path / "no" / "folder" / "model.json")


def test_pickles(fitted: Any, histories: fidelia.Table) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = pickle.loads(pickle.dumps(fitted))
    assert again.params_ == fitted.params_
    assert again.predict(histories, horizon=39).to_dict() == (
        fitted.predict(histories, horizon=39).to_dict()
    )
    assert again.intake_.to_dict() == fitted.intake_.to_dict()
    bare = pickle.loads(pickle.dumps(fidelia.BgNbd()))
    assert not hasattr(bare, "params_")


def test_pickles_of_another_version(fitted: Any) -> None:
    state = fitted.__getstate__()
    state["version"] = "0.0.1"
    again = fidelia.BgNbd.__new__(fidelia.BgNbd)
    with pytest.warns(fidelia.InconsistentVersionWarning, match="pickled by Fidelia 0.0.1"):
        again.__setstate__(state)
    assert again.params_ == fitted.params_


def test_known_parameters(summary: dict[str, list[object]]) -> None:
    model = fidelia.BgNbd.from_params(**GIVEN)
    assert model.params_ == GIVEN
    assert model.covariance_ is None and model.standard_errors_ is None
    assert model.log_likelihood_ is None and model.converged_
    assert model.summary()["se"].to_list() == [None] * 4
    assert all(0 < p <= 1 for p in model.predict(summary, horizon=5, level=0)["p_alive"])
    with pytest.raises(fidelia.InvalidArgumentError, match="needs alpha, a, b"):
        fidelia.BgNbd.from_params(r=1)
    with pytest.raises(TypeError, match="no argument pigs"):
        fidelia.BgNbd.from_params(**GIVEN, pigs=1)
    with pytest.raises(fidelia.FideliaError):
        fidelia.BgNbd.from_params(**{**GIVEN, "r": -1.0})


def test_a_fit_that_does_not_converge_says_so() -> None:
    nobody_repeats = {
        "customer_id": [1, 2],
        "frequency": [0.0, 0.0],
        "t_x": [0.0, 0.0],
        "T": [5.0, 6.0],
    }
    with pytest.warns(fidelia.ConvergenceWarning, match="BgNbd did not converge: "):
        model = fidelia.BgNbd().fit(nobody_repeats)
    assert model.converged_ is False
    assert "NO: " in model.summary().as_text()


def test_histories_that_cannot_be() -> None:
    good = {"customer_id": [1, 2], "frequency": [1.0, 2.0], "t_x": [3.0, 4.0], "T": [5.0, 6.0]}
    for column, value in (
        ("t_x", 9.0),
        ("frequency", 1.5),
        ("frequency", -1.0),
        ("T", float("nan")),
    ):
        bad = {**good, column: [good[column][0], value]}
        with pytest.raises(fidelia.InvalidDataError) as caught:
            fidelia.BgNbd().fit(bad)
        assert caught.value.row == 1, column


def test_models_as_options(histories: fidelia.Table, fitted: Any) -> None:
    spend = fidelia.GammaGamma().fit(histories)
    value = fidelia.lifetime_value(histories, purchase_model=fitted, spend_model=spend, months=12)
    assert value["customer_id"].to_list() == histories["customer_id"].to_list()
    with pytest.raises(fidelia.NotFittedError):
        fidelia.lifetime_value(histories, purchase_model=fidelia.BgNbd(), spend_model=spend)
    with pytest.raises(fidelia.InvalidArgumentError, match="purchase_model"):
        fidelia.lifetime_value(histories, purchase_model=3, spend_model=spend)
    with pytest.raises(fidelia.InvalidArgumentError, match="purchase_model"):
        fidelia.lifetime_value(histories, purchase_model=spend, spend_model=spend)


def test_one_customer_at_a_time(histories: fidelia.Table, fitted: Any) -> None:
    spend = fidelia.GammaGamma().fit(histories)
    scorer = fidelia.Scorer(fitted, spend, horizon=39)
    table = fidelia.customer_scores(
        histories, purchase_model=fitted, spend_model=spend, horizon=39
    ).to_pyarrow()
    for row, score in zip(histories.to_pyarrow().to_pylist()[:20], table.to_pylist()[:20]):
        one = scorer.score(row["frequency"], row["t_x"], row["T"], row["monetary_value"] or 0.0)
        for name in ("p_alive", "expected_purchases", "expected_spend", "lifetime_value"):
            assert getattr(one, name) == pytest.approx(score[name], rel=1e-9), name
    alone = fidelia.Scorer(fitted, horizon=39).score(frequency=2, t_x=30.43, T=38.86)
    assert alone.expected_spend is None and alone.lifetime_value is None
    with pytest.raises(fidelia.InvalidDataError):
        scorer.score(frequency=2, t_x=50, T=38.86)
    with pytest.raises(TypeError, match="Scorer has no argument pigs"):
        fidelia.Scorer(fitted, pigs=1)


def test_pareto_nbd(histories: fidelia.Table, tmp_path: Path) -> None:
    model = fidelia.ParetoNbd().fit(histories)
    assert list(model.params_) == ["r", "alpha", "s", "beta"] and model.converged_
    expected = model.predict(histories, horizon=39).to_dict()
    once = [p for p, x in zip(expected["p_alive"], histories["frequency"]) if x == 0]
    assert len(once) == 1411 and max(once) < 1
    model.save(tmp_path / "model.json")
    for again in (fidelia.load(tmp_path / "model.json"), pickle.loads(pickle.dumps(model))):
        assert type(again) is fidelia.ParetoNbd
        assert again.params_ == model.params_
        assert again.predict(histories, horizon=39).to_dict() == expected
    with pytest.raises(fidelia.InvalidDataError, match="a model of pareto_nbd, not of bg_nbd"):
        fidelia.BgNbd.load(tmp_path / "model.json")
    scorer = fidelia.Scorer(model, horizon=39)
    table = fidelia.customer_scores(histories, purchase_model=model, horizon=39).to_pyarrow()
    for row, score in zip(histories.to_pyarrow().to_pylist()[:50], table.to_pylist()[:50]):
        one = scorer.score(row["frequency"], row["t_x"], row["T"])
        for name in ("p_alive", "expected_purchases"):
            assert getattr(one, name) == pytest.approx(score[name], rel=1e-9), name
            assert score[f"{name}_low"] <= score[name] <= score[f"{name}_high"]
