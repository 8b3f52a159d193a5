"""Cells: missing, NaN, +inf, -inf and a number stay five things."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from lossclinic_ingest.logs.tables.cells import kind_of, read_cells
from lossclinic_ingest.logs.tables.spelling import MISSING

NAN, INF = math.nan, math.inf


def value(cell: str) -> float | None:
    """Read one cell in a column of its own; None if it is missing."""
    cells = read_cells([cell])
    assert not cells.words[0], f"{cell!r} is words"
    return None if cells.missing[0] else float(cells.values[0])


@pytest.mark.parametrize("cell", [*sorted(MISSING), "NA", "N/A", "None", "NULL", "No log", "  ", "\u3000"])
def test_missing(cell: str) -> None:
    assert value(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "nan",
        "NaN",
        "-nan",
        "+NAN",
        "nan(ind)",
        "-nan(ind)",
        "nan(snan)",
        "1.#QNAN",
        "-1.#IND00",
        "tensor(nan)",
        " NaN ",
    ],
)
def test_nan_is_not_missing(cell: str) -> None:
    found = value(cell)
    assert found is not None
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("inf", INF), ("+Inf", INF), ("-Infinity", -INF), ("1.#INF", INF), ("-1.#INF00", -INF), ("1e400", INF), ("-∞", -INF),
        ("0.1", 0.1), ("-2.5e-3", -0.0025), (".5", 0.5), ("5.", 5.0), ("１２．５", 12.5), ("−0.5", -0.5), ("1E-7", 1e-7),
        ("0.30000000000000004", 0.30000000000000004), ("5e-324", 5e-324), ("'0.6934'", 0.6934), ('"0.5"', 0.5),
        ("tensor(0.5)", 0.5), ("tensor(0.5000, device='cuda:0', grad_fn=<NllLossBackward0>)", 0.5), ("tensor([-inf])", -INF),
        ("np.float32(1.5)", 1.5), ("[2.5]", 2.5), ("Array(0.25, dtype=float32)", 0.25),
        ("<tf.Tensor: shape=(), dtype=float32, numpy=0.75>", 0.75),
        ("12.5%", 0.125), ("100 %", 1.0), ("1,234,567", 1234567.0), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("0,5", 0.5),
        ("1 234,5", 1234.5), ("12'345.5", 12345.5), ("0,693e-2", 0.00693),
    ],
)  # fmt: skip
def test_numbers(cell: str, expected: float) -> None:
    assert value(cell) == expected


@pytest.mark.parametrize(
    "cell",
    ["hello", "00:01", "2026-10-01", "1.2.3.4", "1_000", "[0.1, 0.2]", "tensor([1., 2.])", "epoch", "acc(1)"],
)
def test_words(cell: str) -> None:
    assert read_cells([cell]).words[0]
    assert kind_of(cell) == "words"


def test_a_comma_means_one_thing_in_a_column() -> None:
    assert read_cells(["1,234", "0,5"]).values.tolist() == [1.234, 0.5]
    assert read_cells(["1,234", "987.5"]).values.tolist() == [1234.0, 987.5]
    assert read_cells(["1,234", "1,234,000"]).values.tolist() == [1234.0, 1234000.0]
    open_ = read_cells(["1,234", "2,345"])
    assert open_.comma == "maybe thousands"
    assert open_.values.tolist() == [1234.0, 2345.0]
    assert read_cells(["1,234", "2,345"], decimal_comma=True).values.tolist() == [1.234, 2.345]


def test_a_unit_goes_only_if_all_cells_carry_it() -> None:
    seconds = read_cells(["0.5 s", "0.25 s", "NA"])
    assert seconds.unit == "s"
    assert seconds.values[:2].tolist() == [0.5, 0.25]
    assert read_cells(["50 s", "2 min"]).words.all()
    assert read_cells(["1.5k", "2.5k"]).words.all(), "a magnitude is no unit"
    assert read_cells(["1/10", "2/10"]).values.tolist() == [1.0, 2.0]


def test_a_column_of_mostly_words_is_not_numeric() -> None:
    assert read_cells(["a", "b", "1"]).numeric is False
    assert read_cells(["1", "2", "oops"]).numeric is True
    assert read_cells(["", "NA"]).numeric is False
    assert read_cells(["", "NA"]).empty is True


def test_a_long_column_takes_linear_time() -> None:
    rng = np.random.default_rng(0)
    cells = [repr(value) if value > 0.1 else "" for value in rng.random(50_000).tolist()]

    def seconds(count: int) -> float:
        start = time.process_time()
        read_cells(cells[:count] * 2)
        return time.process_time() - start

    few = min(seconds(5_000) for _ in range(5))
    many = min(seconds(50_000) for _ in range(3))
    assert many < 30 * few, "ten times the cells must not cost thirty times the time"
