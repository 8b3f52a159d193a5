"""Training every run of the set, and keeping its log beside what is true of it."""

from __future__ import annotations

import contextlib
import io
import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.field.case import Setting
from benchmarks.field.tools import SETTINGS

HERE = Path(__file__).parent
LOGS = HERE / "logs"
TRUTH = HERE / "truth.json"
SEED = 20


def log_of(setting: Setting, case: str) -> Path:
    """Return where the log of a run lies."""
    return LOGS / setting.side / f"{setting.name_of(case)}.{setting.extension}"


def truth_of(setting: Setting, case: str) -> dict[str, Any]:
    """Return what is true of a run."""
    return {
        "cause": setting.cases[case].cause,
        "side": setting.side,
        "task": setting.task,
        "tool": setting.tool,
        "log": log_of(setting, case).relative_to(HERE).as_posix(),
        "config": setting.script_of(case).facts(),
        "classes": setting.classes,
        "expert": setting.cases[case].expert,
    }


def every() -> Iterator[tuple[Setting, str]]:
    """Yield every run of the set."""
    for setting in SETTINGS.values():
        for case in setting.cases:
            yield setting, case


def train(setting: Setting, case: str, path: Path, seed: int = SEED) -> None:
    """Train one run, and leave its log at `path`."""
    drawn = setting.seed_of(case, seed)
    random.seed(drawn)
    np.random.seed(drawn)
    torch.manual_seed(drawn)
    with contextlib.redirect_stderr(io.StringIO()):
        setting.write(setting.script_of(case), path)


def record(seed: int = SEED, only: str = "") -> None:
    """Train what has no log yet, one run after the other, and write down what is true of all."""
    torch.set_num_threads(1)
    for setting, case in every():
        path = log_of(setting, case)
        if path.exists() or only not in f"{setting.tool}/{setting.task}/{case}":
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, path.name)
            try:
                train(setting, case, made, seed)
            except Exception as why:  # one script that cannot run here must not stop the others
                print(f"{setting.tool}/{setting.task}/{case}: {type(why).__name__}: {why}", flush=True)
                continue
            path.write_bytes(made.read_bytes())
        print(f"{setting.tool}/{setting.task}/{case}: {time.perf_counter() - start:.1f} s", flush=True)
    truths = {
        setting.name_of(case): truth_of(setting, case)
        for setting, case in every()
        if log_of(setting, case).exists()
    }
    TRUTH.write_text(json.dumps(dict(sorted(truths.items())), indent=1) + "\n", encoding="utf-8")
