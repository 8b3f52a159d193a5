"""Any values written in a trainer's format read back as they were: NaN, infinities, numbers, and nothing at all."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import read_log
from lossclinic_kb.run import Run

VALUES = st.one_of(st.floats(), st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf]))
ROWS = st.lists(st.one_of(st.none(), VALUES), min_size=2, max_size=12).filter(
    lambda rows: sum(value is not None for value in rows) > 1
)
READING = settings(max_examples=60, deadline=None)


def check(run: Run, name: str, rows: Sequence[float | None], steps: Sequence[float]) -> None:
    """Compare a series with what was written: its values, where they stand, and that nothing else is in it."""
    found = next(one for one in run.series if one.name == name).logged
    kept = [(value, step) for value, step in zip(rows, steps, strict=True) if value is not None]
    np.testing.assert_array_equal(found.values, [value for value, _ in kept])
    np.testing.assert_array_equal(found.axis, [step for _, step in kept])


@READING
@given(rows=ROWS, quoted=st.booleans(), bar=st.sampled_from(["", "  5%|▌  | 5/100 [00:01<00:09, 5.00it/s]"]))
def test_hugging_face(rows: list[float | None], quoted: bool, bar: str) -> None:
    lines = []
    for i, value in enumerate(rows):
        entry = {
            "loss": 1.0 + i,
            "learning_rate": 0.1,
            **({} if value is None else {"kl": value}),
            "epoch": i / 4,
        }
        lines.append(bar + str({name: repr(cell) for name, cell in entry.items()} if quoted else entry))
    run = read_log("\n".join(lines) + "\n")
    assert run.format == "hf_printed"
    check(run, "kl", rows, [i / 4 for i in range(len(rows))])


@READING
@given(st.lists(VALUES, min_size=2, max_size=12))
def test_nanogpt(rows: list[float]) -> None:
    text = "".join(
        f"iter {i * 10}: loss {value:.4f}, time 85.11ms, mfu 12.34%\n" for i, value in enumerate(rows)
    )
    run = read_log(text)
    assert run.format == "nanogpt"
    check(run, "loss", [float(f"{value:.4f}") for value in rows], [i * 10 for i in range(len(rows))])


@READING
@given(st.lists(VALUES, min_size=2, max_size=12))
def test_llm_c(rows: list[float]) -> None:
    text = "".join(
        f"step {i:4d}/99 | loss {value:7.6f} (+nanz)| norm {value:6.4f} (+nanz)| lr 1.00e-04 | 35.00 ms | -100.0% bf16 MFU | 12345 tok/s\n"
        for i, value in enumerate(rows, 1)
    )
    run = read_log(text)
    check(run, "loss", [float(f"{value:7.6f}") for value in rows], list(range(1, len(rows) + 1)))
    check(run, "grad norm", [float(f"{value:6.4f}") for value in rows], list(range(1, len(rows) + 1)))


@READING
@given(st.lists(st.one_of(st.none(), st.floats(0, exclude_min=True)), min_size=2, max_size=12), st.booleans())
def test_megatron(rows: list[float | None], counted: bool) -> None:
    """None stands for a skipped iteration; NaN has no field and is told by the counter or by the gradient norm."""
    assume(sum(value is not None for value in rows) > 1)
    text = ""
    for i, value in enumerate(rows, 1):
        broken = value is not None and math.isnan(value)
        text += f" [2026-08-22 10:00:00.000000] iteration {i * 10:8d}/  500000 | consumed samples: {i:12d} |"
        text += f" lm loss: {value:.6E} |" if value is not None and not broken else ""
        text += f" grad norm: {math.nan if broken else 1.5:.3f} |" if not counted else ""
        text += f" number of skipped iterations: {10 if value is None or (broken and counted) else 0:3d} |"
        text += f" number of nan iterations: {10 if broken and counted else 0:3d} |\n"
    shown = [None if value is None else float(f"{value:.6E}") for value in rows]
    assume(all(value != 0 for value in shown))
    run = read_log(text)
    assert run.format == "megatron"
    check(run, "lm loss", shown, [i * 10 for i in range(1, len(rows) + 1)])


@READING
@given(rows=ROWS, form=st.sampled_from(["simple", "json", "bare json"]))
def test_fairseq(rows: list[float | None], form: str) -> None:
    text = ""
    for i, value in enumerate(rows, 1):
        stats = {
            "loss": "8.1",
            **({} if value is None else {"gnorm": f"{value:g}"}),
            "num_updates": str(i),
            "wall": "3",
        }
        simple = f"epoch 001:  {i:5d} / 50 " + ", ".join(f"{name}={cell}" for name, cell in stats.items())
        held = json.dumps({"epoch": 1, "update": i / 50, **stats})
        front = "" if form == "bare json" else "2026-10-01 12:00:00 | INFO | train_inner | "
        text += f"{front}{simple if form == 'simple' else held}\n"
    run = read_log(text)
    assert run.format == "fairseq"
    check(
        run,
        "gnorm",
        [None if value is None else float(f"{value:g}") for value in rows],
        list(range(1, len(rows) + 1)),
    )


@READING
@given(rows=ROWS, tensor=st.booleans())
def test_torchtune(rows: list[float | None], tensor: bool) -> None:
    text = ""
    for i, value in enumerate(rows, 1):
        shown = f"tensor({value}, device='cuda:0')" if tensor else repr(value)
        text += f"Step {i} | loss:1.5 {'' if value is None else f'grad_norm:{shown} '}lr:2e-05 \n"
    run = read_log(text)
    assert run.format == "torchtune_disk"
    check(run, "grad_norm", rows, list(range(1, len(rows) + 1)))


@READING
@given(st.lists(VALUES, min_size=2, max_size=12))
def test_deepspeed(rows: list[float]) -> None:
    text = "".join(
        f"[2026-10-01 12:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] step={i}, skipped=0, lr=[{value}], mom=[[0.9, 0.999]]\n"
        f"step {i}, loss: {value:.4f}\n"
        for i, value in enumerate(rows, 1)
    )
    run = read_log(text)
    assert run.format == "deepspeed_console"
    check(run, "lr", rows, list(range(1, len(rows) + 1)))
    check(run, "loss", [float(f"{value:.4f}") for value in rows], list(range(1, len(rows) + 1)))


@READING
@given(ROWS)
def test_llamafactory(rows: list[float | None]) -> None:
    entries = [
        {"current_steps": i, "total_steps": 100, "lr": 0.1, "epoch": i / 50, "percentage": 1.0, **({} if value is None else {"loss": value})}
        for i, value in enumerate(rows, 1)
    ]  # fmt: skip
    run = read_log("".join(f"{json.dumps(entry)}\n" for entry in entries))
    assert run.format == "llamafactory_jsonl"
    check(run, "loss", rows, list(range(1, len(rows) + 1)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    text = end.join(f"iter {i}: loss {4 - i / 10:.4f}, time 85.11ms, mfu 12.34%" for i in range(5)) + end
    check(read_log(text.encode()), "loss", [4 - i / 10 for i in range(5)], list(range(5)))
