"""JSON among other text, and what is nearly JSON: as logging, print and repr of Python write a training of known numbers."""

from __future__ import annotations

import json
import logging
import math
import tempfile
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from pathlib import Path

from common import Row, save

ID = "json_in_text"
EPOCHS = 8
LOSS = [round(2.0 * math.exp(-epoch / 4), 6) for epoch in range(EPOCHS)]
VAL = [round(loss + 0.03 * epoch, 6) for epoch, loss in enumerate(LOSS)]
BOTH: list[Row] = [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", VAL)]
ENTRIES = [{"epoch": epoch, "train_loss": LOSS[epoch], "val_loss": VAL[epoch]} for epoch in range(EPOCHS)]


def write(case: str, text: str, rows: Sequence[Row], *, notes: int, written_by: str, **more: object) -> None:
    """Write one case."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "train.log"
        log.write_text(text, encoding="utf-8")
        save(ID, case, log, rows, written_by=written_by, notes=notes, **more)  # type: ignore[arg-type]


def main() -> None:
    """A logger's prefix, noise around, lists not closed, values run together, histories printed by Python."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "out.log"
        handler = logging.FileHandler(file)
        handler.setFormatter(logging.Formatter("%(asctime)s | %(levelname)s | %(name)s | %(message)s"))
        logger = logging.getLogger("train")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        logger.info("model has 11.2M parameters")
        for entry in ENTRIES:
            logger.info("metrics %s", json.dumps(entry))
            logger.warning("loss is %f", entry["train_loss"])
        handler.close()
        write("behind_a_logger", file.read_text(), BOTH, notes=1, written_by="logging of Python")

    noise = ["Requirement already satisfied: numpy", "GPU 0: A100", '{"config": {"lr": 0.1}, "seed": 3}']
    for entry in ENTRIES:
        bar = "".join(f"\r{done}%|{'#' * (done // 10):10}| {done}/100" for done in (20, 60, 100))
        noise += [bar, json.dumps(entry), "saved to out/last.pt"]
    noise += [
        "Traceback (most recent call last):",
        '  File "train.py", line 3, in <module>',
        "KeyError: 'x'",
        '{"epoch": 8, "train_l',
    ]
    write("noise_around", "\n".join(noise), BOTH, notes=2, written_by="print of Python", config={"lr": 0.1})

    failing = [*LOSS[:4], math.nan, math.inf, -math.inf, math.nan]
    lines = "".join(
        f"[step {step}] {json.dumps({'step': step, 'loss': loss})}\n" for step, loss in enumerate(failing)
    )
    write("nan_and_infinity", lines, [("loss", "train_loss", failing)], notes=1, written_by="print of Python")

    unfinished = "[\n" + ",\n".join(map(json.dumps, ENTRIES))
    by_json = "json of Python"
    write("list_not_closed", unfinished, BOTH, notes=1, written_by=by_json)
    write("list_cut_off", unfinished[:-20], [(n, r, v[:-1]) for n, r, v in BOTH], notes=2, written_by=by_json)
    write(
        "objects_run_together",
        "".join(json.dumps(entry, indent=1) for entry in ENTRIES),
        BOTH,
        notes=1,
        written_by=by_json,
    )
    write(
        "a_comma_behind_each_line",
        ",\n".join(map(json.dumps, ENTRIES)) + ",\n",
        BOTH,
        notes=1,
        written_by=by_json,
    )

    history = {"accuracy": VAL, "loss": LOSS, "val_accuracy": LOSS, "val_loss": VAL}
    kept: list[Row] = [
        ("accuracy", "train_acc", VAL),
        ("loss", "train_loss", LOSS),
        ("val_accuracy", "val_acc", LOSS),
        ("val_loss", "val_loss", VAL),
    ]
    write(
        "keras_history_printed",
        str(history),
        kept,
        notes=3,
        written_by="str of Python",
        config={"framework": "keras"},
    )
    collected = defaultdict(list, {"train_loss": LOSS, "val_loss": [*VAL[:-1], math.nan]})
    write(
        "defaultdict_printed",
        repr(collected),
        [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", [*VAL[:-1], math.nan])],
        notes=1,
        written_by="repr of Python",
    )
    numbers = repr(OrderedDict(train_loss=LOSS[:3], val_loss=VAL[:3]))
    for value in LOSS[:3]:
        numbers = numbers.replace(repr(value), f"np.float64({value!r})", 1)
    write(
        "numbers_of_numpy_printed",
        numbers,
        [(n, r, v[:3]) for n, r, v in BOTH],
        notes=1,
        written_by="repr of Python, of NumPy 2 numbers",
    )
    write(
        "lists_pasted",
        f"train_loss = {LOSS}\nval_loss = {VAL}\n",
        BOTH,
        notes=1,
        written_by="source of Python",
    )

    steps = [10, 20, 30]
    hooked = [
        {
            "lr": 0.1,
            "data_time": 0.01,
            "loss": 2.0 / step,
            "time": 0.2,
            "epoch": step // 10,
            "iter": step,
            "step": step,
        }
        for step in steps
    ]
    below = [
        line
        for entry in hooked
        for line in (
            json.dumps(entry),
            json.dumps({"val_loss": entry["loss"], "data_time": 0.01, "time": 0.1, "step": entry["epoch"]}),
        )
    ]
    losses = [2.0 / step for step in steps]
    rows: list[Row] = [("loss", "train_loss", losses), ("val_loss", "val_loss", losses), ("lr", "lr", [0.1] * 3), ("data_time", "other", [0.01] * 3),
                       ("time", "other", [0.2] * 3), ("val/data_time", "other", [0.01] * 3), ("val/time", "other", [0.1] * 3)]  # fmt: skip
    write(
        "scalars_of_mmengine_below_a_line",
        "\n".join(["# copied from vis_data", *below]),
        rows,
        notes=2,
        written_by="shape of MMEngine's scalars.json",
        config={"framework": "pytorch"},
    )
