"""What every script here shares: how a case is written down."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent.parent
Row = tuple[str, str, Sequence[float | None]]
"""Name, role, and the values that the log holds; None where it wrote that there is none."""

LOG = "log"
"""Name of the folder of a case whose log is a folder."""


def by(*libraries: str) -> str:
    """Return who wrote a log: installed libraries with their versions."""
    return ", ".join(f"{library} {version(library)}" for library in libraries)


def spelled(value: float | None) -> float | str | None:
    """Return a number as JSON can hold it."""
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def describe(name: str, role: str, values: Sequence[float | None]) -> dict[str, Any]:
    """Return what a reader must find of one series."""
    logged = [float(value) for value in values if value is not None]
    return {
        "name": name,
        "role": role,
        "points": len(logged),
        "non_finite": sum(not math.isfinite(value) for value in logged),
        "missing": len(values) - len(logged),
        "first": spelled(logged[0]) if logged else None,
        "last": spelled(logged[-1]) if logged else None,
        "sum": math.fsum(value for value in logged if math.isfinite(value)),
    }


def save(
    form: str,
    case: str,
    log: Path,
    rows: Iterable[Row],
    *,
    written_by: str,
    notes: int,
    restarts: Sequence[int] = (),
    config: Mapping[str, object] | None = None,
    run: str = "",
    runs: Sequence[str] = (),
) -> None:
    """Write one case: the log beside its expected.json.

    Args:
        form: Id of the reader that must recognise it.
        case: Name of the case.
        log: The file, or the folder of several.
        rows: The series that the reader must find, from the library's own memory of the training.
        written_by: The library and its version; or the source of the writer, where it does not install.
        notes: How many decisions the reader has to tell of.
        restarts: Rows at which an axis goes back.
        config: Facts that the log states.
        run: The run that is taken where there are several.
        runs: All of them.
    """
    folder = CASES / form / case
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = LOG if log.is_dir() else log.name
    if log.is_dir():
        shutil.copytree(log, folder / LOG)
    else:
        shutil.copy(log, folder / file)
    expected = {
        "file": file,
        "written_by": written_by,
        "format": form,
        "run": run,
        "runs": list(runs),
        "notes": notes,
        "restarts": list(restarts),
        "config": dict(config or {}),
        "series": [describe(*row) for row in rows],
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
