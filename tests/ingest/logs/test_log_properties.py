"""What holds for every table and for any bytes."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import UnreadableLog, read_log

VALUES = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))
NAMES = ["loss", "val_loss", "lr", "grad_norm", "acc"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float | None]]]:
    names = NAMES[: draw(st.integers(1, 5))]
    rows = draw(st.lists(st.lists(VALUES, min_size=len(names), max_size=len(names)), min_size=2, max_size=12))
    rows[0][0], rows[1][0] = draw(st.floats(allow_nan=False, allow_infinity=False)), draw(st.floats())
    return names, rows


@settings(deadline=None)
@given(
    table=tables(),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    missing=st.sampled_from(["", "NA", "null", "None", "-"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_written_table_reads_back(
    table: tuple[list[str], list[list[float | None]]],
    separator: str,
    missing: str,
    encoding: str,
    end: str,
    quoting: int,
) -> None:
    names, rows = table
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["step", *names])
    writer.writerows(
        [str(i), *(missing if v is None else repr(v) for v in row)] for i, row in enumerate(rows)
    )
    run = read_log(buffer.getvalue().encode(encoding))
    found = {series.name: series for series in run.series}
    assert set(found) == set(names)
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        series = found[name]
        assert series.step is not None
        assert series.step.tolist() == list(range(len(rows)))
        assert series.missing.tolist() == [value is None for value in column]
        expected = np.array([math.nan if value is None else value for value in column])
        np.testing.assert_array_equal(series.values, expected)


def either_a_run_or_a_refusal(data: bytes) -> None:
    """Read `data`; anything but a run or `UnreadableLog` fails the test."""
    run, lines = None, ["", ""]
    try:
        run = read_log(data)
    except UnreadableLog as error:
        lines = [error.text.en, error.text.zh]
    assert all("\n" not in line for line in lines)
    assert run is None or max(len(series.logged) for series in run.series) >= 2


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00\xd8")
@example(b"0,0\n0,0")
@example(b'"\n"1,2\n3,4')
def test_any_bytes(data: bytes) -> None:
    either_a_run_or_a_refusal(data)


PIECES = st.sampled_from(
    ["epoch", "loss", "step", "val_loss", "lr", "1", "0.5", "nan", "-inf", "NA", "1e400", "0,5", "1,234", "12%", "3 s", "1e308", "-1e308", "tensor(1)",
     '"', "'", "#", "|", "-", "+", "--", "步数", "损失", "\t", " ", "  ", ",", ";", "\n", "\n", "\r\n", "sep=;", "[", "]", "{", "}", ":",
     '"log_history"', "value", "tag", "é", "\x00", "９", "²", "_", "1_0", "9" * 30]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=60))
@example(["|", "1", "|", "\n", "|", "2", "|"])
@example(["epoch", ",", "loss", "\n", "1", ",", "1", ",", "\n", "2", ",", "1", ","])
def test_any_text_of_the_pieces_of_logs(pieces: list[str]) -> None:
    either_a_run_or_a_refusal("".join(pieces).encode())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.sampled_from(["NaN", "x", "0.5"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["log_history", "loss", "step", "epoch", "grad_norm", "eval_loss", "train_runtime"]), inner, max_size=5),
    ),
    max_leaves=30,
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["loss", "step", "epoch", "grad_norm", "eval_loss", "learning_rate"]),
            JSON,
            max_size=5,
        ),
        max_size=8,
    )
)
def test_any_history(entries: list[object]) -> None:
    import json

    either_a_run_or_a_refusal(json.dumps({"log_history": entries, "num_train_epochs": 3}).encode())
    either_a_run_or_a_refusal(json.dumps(entries).encode())
