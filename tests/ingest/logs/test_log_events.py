"""Event files and VisualDL's records: written byte by byte here, so that a second hand checks the reader."""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import READERS, UnreadableLog, read_log, read_runs
from lossclinic_ingest.logs.events import scalars
from lossclinic_ingest.logs.events.layouts import Layouts
from lossclinic_ingest.logs.events.tfrecord import masked_crc, records
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_kb.run import Run

LOGS = Path(__file__).parents[2] / "logs"
Point = tuple[str, int, float]
"""Tag, step, value."""


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    head = b""
    while value > 127:
        head += bytes([value & 127 | 128])
        value >>= 7
    return head + bytes([value])


def field(number: int, content: bytes | int | float, kind: int = 2) -> bytes:
    if isinstance(content, bytes) and kind == 2:
        return varint(number << 3 | 2) + varint(len(content)) + content
    if kind == 0:
        return varint(number << 3) + varint(int(content))  # type: ignore[arg-type]
    return varint(number << 3 | kind) + struct.pack("<f" if kind == 5 else "<d", content)


def record(payload: bytes) -> bytes:
    head = struct.pack("<Q", len(payload))
    return head + struct.pack("<I", masked_crc(head)) + payload + struct.pack("<I", masked_crc(payload))


def event(step: int, *values: bytes) -> bytes:
    steps = field(2, step, 0) if step else b""
    summary = field(5, b"".join(field(1, value) for value in values))
    return record(field(1, 1e9 + step % 1000, 1) + steps + summary)


def old_style(tag: str, value: float) -> bytes:
    return field(1, tag.encode()) + field(2, value, 5)


def new_style(tag: str, value: float, kind: str = "<f") -> bytes:
    dtype = {"<f": 1, "<d": 2, "<e": 19}[kind]
    tensor = field(1, dtype, 0) + field(2, b"") + field(4, struct.pack(kind, value))
    return field(1, tag.encode()) + field(8, tensor) + field(9, field(1, field(1, b"scalars")))


VERSION = record(field(1, 1e9, 1) + field(3, b"brain.Event:2"))


def by_tag(points: Sequence[Point]) -> dict[str, tuple[list[int], list[float]]]:
    found: dict[str, tuple[list[int], list[float]]] = {}
    for tag, step, value in points:
        steps, values = found.setdefault(tag, ([], []))
        steps.append(step)
        values.append(value)
    return found


def check(data: bytes, points: Sequence[Point]) -> None:
    file = scalars.read_events(data)
    expected = by_tag(points)
    assert list(file.points) == list(expected)
    for tag, (steps, values) in expected.items():
        assert file.points[tag].steps.tolist() == steps
        np.testing.assert_array_equal(file.points[tag].value, np.array(values))


STEPS = st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1))
TAGS = st.one_of(
    st.sampled_from(["train/loss", "eval/loss", "lr", "损失"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
SINGLE = st.floats(width=32)
POINTS = st.lists(st.tuples(TAGS, STEPS, SINGLE), max_size=30)


@settings(deadline=None)
@given(POINTS, st.sampled_from([old_style, new_style]))
def test_points_written_read_back(points: list[Point], style: object) -> None:
    assert callable(style)
    check(VERSION + b"".join(event(step, style(tag, value)) for tag, step, value in points), points)


@settings(deadline=None)
@given(st.lists(st.tuples(TAGS, STEPS, st.floats()), max_size=20))
def test_doubles_keep_every_digit(points: list[Point]) -> None:
    check(b"".join(event(step, new_style(tag, value, "<d")) for tag, step, value in points), points)


@settings(deadline=None)
@given(STEPS, st.lists(st.tuples(TAGS, SINGLE), max_size=8))
def test_several_values_in_one_event(step: int, values: list[tuple[str, float]]) -> None:
    data = VERSION + event(step, *(old_style(tag, value) for tag, value in values))
    check(data, [(tag, step, value) for tag, value in values])


@settings(deadline=None)
@given(POINTS, st.sampled_from([old_style, new_style]))
def test_the_short_way_finds_what_the_long_way_finds(points: list[Point], style: object) -> None:
    assert callable(style)
    data = b"".join(event(step, style(tag, value)) for tag, step, value in points)
    short = scalars.read_events(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Layouts, "take", lambda *_: False)
        long = scalars.read_events(data)
    assert list(short.points) == list(long.points)
    for tag, found in short.points.items():
        assert found.steps == long.points[tag].steps
        np.testing.assert_array_equal(found.value, long.points[tag].value)


def a_run_or_one_line(data: bytes) -> Run | None:
    run, lines = None, ["", ""]
    try:
        run = read_log(data)
    except UnreadableLog as error:
        lines = [error.text.en, error.text.zh]
    assert all(len(line) < 400 and "\n" not in line and bool(line) == (run is None) for line in lines)
    return run


WHOLE = VERSION + b"".join(event(10 * i, old_style("loss", 1 / (i + 1))) for i in range(6))
RECORDED = [path for case in ("torch_new_style", "beside_pictures", "lightning_version", "tf_summary")
            for path in (LOGS / "tensorboard_events" / case).glob("events*")]  # fmt: skip


@pytest.mark.parametrize("length", range(len(WHOLE) + 1))
def test_any_beginning_of_an_event_file(length: int) -> None:
    run = a_run_or_one_line(WHOLE[:length])
    complete = (length - len(VERSION)) // ((len(WHOLE) - len(VERSION)) // 6 + 1)
    if complete >= 2:
        assert run is not None
        assert len(run.series[0]) >= complete
    if run is not None and length < len(WHOLE):
        cut = [note.en for note in run.notes]
        assert (
            cut == ["the last record is incomplete: the file was still being written"]
            or records(WHOLE[:length]).state == "whole"
        )


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(RECORDED), st.floats(0, 1))
def test_any_beginning_of_a_recorded_file(path: Path, share: float) -> None:
    data = path.read_bytes()
    a_run_or_one_line(data[: int(share * len(data))])


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(RECORDED), st.floats(0, 1), st.binary(min_size=1, max_size=8))
def test_any_damage_of_a_recorded_file(path: Path, share: float, other: bytes) -> None:
    data = path.read_bytes()
    place = int(share * (len(data) - 1))
    a_run_or_one_line(data[:place] + other + data[place + len(other) :])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.binary(max_size=60), max_size=8))
@example([b"\x09"])
@example([b"\x09", b"\x2a\x00"])
def test_any_records(payloads: list[bytes]) -> None:
    a_run_or_one_line(VERSION + b"".join(map(record, payloads)))
    a_run_or_one_line(b"".join(record(field(1, 1.0, 1) + field(5, payload)) for payload in payloads))
    tensors = [field(1, b"loss") + field(8, payload) for payload in payloads]
    a_run_or_one_line(VERSION + b"".join(event(i, tensor) for i, tensor in enumerate(tensors)))


def test_the_checksum_is_the_one_of_the_standard() -> None:
    plain = (masked_crc(b"123456789") - 0xA282EAD8) & 0xFFFFFFFF
    assert ((plain >> 17) | (plain << 15)) & 0xFFFFFFFF == 0xE3069283  # check value of CRC-32C


def test_half_and_what_is_not_a_number() -> None:
    halves = [event(i, new_style("loss", value, "<e")) for i, value in enumerate([1.5, math.nan, math.inf])]
    check(b"".join(halves), [("loss", 0, 1.5), ("loss", 1, math.nan), ("loss", 2, math.inf)])
    text = field(1, b"loss") + field(8, field(1, 7, 0) + field(8, b"0.5"))
    several = field(1, b"loss") + field(8, field(1, 1, 0) + field(4, bytes(8)))
    image = field(1, b"loss") + field(4, field(4, b"\x89PNG"))
    empty = field(1, b"loss") + field(8, field(1, 1, 0) + field(2, field(2, field(1, 0, 0))))
    check(b"".join(event(i, value) for i, value in enumerate([text, several, image, empty])), [])


def test_a_dashboard_that_is_named_once_is_remembered() -> None:
    tensor = field(8, field(1, 1, 0) + field(4, struct.pack("<f", 0.5)))
    other = field(1, b"curve") + tensor
    first = other + field(9, field(1, field(1, b"pr_curves")))
    check(event(0, first) + event(1, other) + event(2, other), [])


def test_only_pictures_are_named_in_the_refusal() -> None:
    image = field(1, b"digits") + field(4, field(4, b"\x89PNG"))
    with pytest.raises(
        UnreadableLog, match="there are no scalars in it, only digits; give the file"
    ) as caught:
        read_log(VERSION + event(1, image))
    assert "里面没有标量，只有 digits；请给写有损失的那个文件" in caught.value.text.zh


def test_epochs_come_from_their_own_tag() -> None:
    points = [
        event(step, old_style("epoch", step // 3)) + event(step, old_style("loss", step)) for step in range(9)
    ]
    (loss,) = read_log(VERSION + b"".join(points)).series
    assert loss.epoch is not None
    assert loss.epoch.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def at(time: float, step: int, value: float, tag: str = "loss") -> bytes:
    return record(field(1, time, 1) + field(2, step, 0) + field(5, field(1, old_style(tag, value))))


def test_files_written_at_the_same_time_are_no_resumed_run(tmp_path: Path) -> None:
    for rank, count in enumerate((5, 9, 7)):
        points = [at(1e9 + 10 * step + rank, step, rank + step) for step in range(count)]
        (tmp_path / f"events.out.tfevents.100000000{rank}.host").write_bytes(VERSION + b"".join(points))
    own = [at(1e9 + 10 * step, step, 0.5, "lr") for step in range(9)]
    (tmp_path / "events.out.tfevents.1000000009.host").write_bytes(VERSION + b"".join(own))
    run = read_log(tmp_path)
    assert {one.name: (len(one), one.role) for one in run.series} == {
        "loss": (9, "train_loss"),
        "loss (2)": (7, "other"),
        "loss (3)": (5, "other"),
        "lr": (9, "lr"),
    }
    assert [note.en for note in run.notes] == [
        "3 programs wrote here at the same time; the longest is followed, the others are numbered"
    ]


def test_files_written_one_after_the_other_are_a_resumed_run(tmp_path: Path) -> None:
    for part in range(2):
        points = [at(1e9 + 100 * part + step, 3 * part + step, step) for step in range(5)]
        (tmp_path / f"events.out.tfevents.100000000{part}.host").write_bytes(VERSION + b"".join(points))
    (loss,) = read_log(tmp_path).series
    assert loss.step is not None
    assert loss.step.tolist() == [0, 1, 2, 3, 4, 3, 4, 5, 6, 7]


def test_a_sweep_of_a_thousand_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_FILES", "3000")
    for run in range(1000):
        for half in ("train", "validation"):
            folder = tmp_path / f"{run}" / half
            folder.mkdir(parents=True)
            (folder / "events.out.tfevents.1.host").write_bytes(WHOLE)
    start = time.perf_counter()
    assert len(read_runs(tmp_path)) == 1000
    assert time.perf_counter() - start < 60  # three seconds on an idle machine


def test_steps_and_epochs_of_keras() -> None:
    run = read_log(LOGS / "tensorboard_events" / "keras_train_and_validation" / "log")
    for series in run.series:
        assert series.step is not None
        assert series.step.tolist() == [3.0, 6.0, 9.0, 12.0, 15.0]
    (loss,) = run.all("train_loss")
    assert loss.epoch is not None
    assert loss.epoch.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_epochs_of_the_trainer_are_an_axis() -> None:
    (path,) = (LOGS / "tensorboard_events" / "trainer_with_evaluation").glob("events*")
    run = read_log(path)
    (loss,) = run.all("train_loss")
    assert loss.step is not None
    assert loss.epoch is not None
    np.testing.assert_allclose(loss.epoch, loss.step / 8, rtol=1e-6)  # 64 samples in batches of 8
    (held_out,) = run.all("val_loss")
    assert held_out.epoch is not None
    assert held_out.epoch.tolist() == [1.0, 2.0, 3.0]


def test_two_hundred_thousand_scalars_in_seconds() -> None:
    tags = ("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss")
    data = VERSION + b"".join(event(i, new_style(tag, 1 / (i + 1))) for i in range(2500) for tag in tags) * 20
    start = time.perf_counter()
    run = read_log(data)
    seconds = time.perf_counter() - start
    assert sum(len(series) for series in run.series) == 200_000
    assert seconds < 5, f"{seconds:.1f} s"  # a third of a second on an idle machine


def test_no_other_reader_wants_a_binary_log() -> None:
    for case in ("tensorboard_events/torch_old_style", "visualdl_records/cut_off"):
        (path,) = (path for path in (LOGS / case).iterdir() if path.suffix != ".json")
        document = Document("x", data=path.read_bytes())
        sure = {id_ for id_, reader in READERS.items() if reader.sniff(document) > 0}
        assert sure == {case.partition("/")[0]}


def vdl(values: Sequence[Point]) -> bytes:
    def framed(payload: bytes) -> bytes:
        return struct.pack("<Q", len(payload)) + payload

    first = field(2, b"meta_data_tag") + field(3, 1, 0) + field(10, b"")
    rows = [
        (field(1, step, 0) if step else b"") + field(2, tag.encode()) + field(3, 1, 0) + field(4, value, 5)
        for tag, step, value in values
    ]
    return b"".join(framed(field(1, row)) for row in [first, *rows])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["loss", "eval/loss"]), st.integers(0, 2**40), SINGLE), min_size=4))
def test_records_of_visualdl_read_back(points: list[Point]) -> None:
    run = read_log(vdl([("loss", 0, 1.0), ("loss", 1, 1.0), *points]))
    for tag, (steps, values) in by_tag([("loss", 0, 1.0), ("loss", 1, 1.0), *points]).items():
        (series,) = (one for one in run.series if one.name == tag)
        assert series.step is not None
        assert series.step.tolist() == steps
        np.testing.assert_array_equal(series.values, np.array(values))


@pytest.mark.parametrize("length", range(8, len(vdl([("loss", i, 0.5) for i in range(4)])) + 1))
def test_any_beginning_of_a_visualdl_log(length: int) -> None:
    a_run_or_one_line(vdl([("loss", i, 0.5) for i in range(4)])[:length])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_records_of_visualdl(payloads: list[bytes]) -> None:
    data = vdl([("loss", 1, 0.5), ("loss", 2, 0.5)])
    a_run_or_one_line(data + b"".join(struct.pack("<Q", len(payload)) + payload for payload in payloads))
