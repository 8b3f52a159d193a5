"""Every experiment shows its fault, its cure works, and every line of every snippet is executed."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from importlib.util import find_spec
from types import FrameType, ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from lossclinic_kb.causes import CAUSES, load_cause, load_experiment
from lossclinic_kb.lab import fit
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all

pytestmark = pytest.mark.slow
torch.set_num_threads(1)


def snippet_lines(module: ModuleType) -> set[int]:
    """Return the numbers of the lines of code in snippets."""
    inside, found = False, set()
    for number, line in enumerate(inspect.getsource(module).splitlines(), 1):
        if line.strip().startswith("# snippet:"):
            inside = True
        elif line.strip() == "# end snippet":
            inside = False
        elif inside and line.strip() and not line.strip().startswith("#"):
            found.add(number)
    return found


def executed_lines(module: ModuleType) -> set[int]:
    """Run `exercise()` of a module and return the lines of its file that were executed."""
    seen: set[int] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != module.__file__:
            return None
        if event == "line":
            seen.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        module.exercise()
    finally:
        sys.settrace(before)
    return seen


def statement_starts(module: ModuleType) -> set[int]:
    """Return the first line of every statement: the only lines that tracing can be asked about."""
    import ast

    return {
        node.lineno for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.stmt)
    }


@pytest.mark.parametrize("cause", CAUSES)
def test_every_snippet_runs(cause: str) -> None:
    if find_spec("paddle") is None and any(each.framework == "paddle" for each in load_cause(cause).snippets):
        pytest.skip("PaddlePaddle has no build for this Python or this processor")
    for framework in {each.framework for each in load_cause(cause).snippets} - {"pytorch"}:
        import_module(f"lossclinic_kb.lab.tiny.{framework}")  # tracing would make the import twice as long
    for module in load_experiment(cause).modules:
        expected = snippet_lines(module) & statement_starts(module)
        assert expected
        assert expected <= executed_lines(module)


def symptoms_of(run: Run) -> set[str]:
    return {finding.id for finding in detect_all(run, {}) if finding.present}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_fault_shows_and_the_cure_removes_it(cause: str) -> None:
    experiment, article = load_experiment(cause), load_cause(cause)
    if experiment.not_shown is not None:
        assert article.confidence != "verified"
        return
    named = {
        symptom for symptom, word in article.symptoms.items() if word in ("always", "often", "sometimes")
    }
    world = experiment.plain_world()
    broken = symptoms_of(fit(experiment.broken(world)))
    cured_run = fit(experiment.cured(world))
    cured = symptoms_of(cured_run)
    assert broken & named, f"{cause} shows {sorted(broken)}, its article names {sorted(named)}"
    assert not (broken & named) <= cured, f"the cure leaves {sorted(broken & named)}"
    losses = cured_run.pick("train_loss")
    assert losses is not None
    assert np.isfinite(losses.values).all()
