"""Which training logs are read, and NaN kept apart from missing: the recorded logs of every layout, beside two peers.

    python -m benchmarks.readers [--markdown] [--peers PYTHON]

`PYTHON` is an interpreter in which the peers are installed (`pip install runmedic 'trainspotter[tensorboard]'`); they
are no dependency of lossclinic. A log counts as read if every series in it has the name, role, number of values, ends
and sum that the library which wrote it holds; NaN as kept apart, in logs with NaN or infinities, if non-finite and
missing values are counted right in every series. A peer's log counts as read if its training loss (or the main loss,
where there is none) alone has the right number of values and the right ends, and NaN as kept apart if it counts the
non-finite values of a series right that has this number of values and one of these ends.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recorded import Case, cases
from lossclinic_ingest.logs import READERS, UnreadableLog, read_log
from lossclinic_kb.run import Series

BAR = 22
"""Layouts, each read in every case and with NaN kept apart."""
NOT_MEASURED = "not measured"
WIDTH = 38  # characters of a name in the table on a terminal
Score = tuple[bool, bool]
"""Whether a log is read, and whether NaN is kept apart in it."""


def main(arguments: Sequence[str] = ()) -> None:
    """Read every recorded log and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument(
        "--peers", metavar="PYTHON", help="an interpreter in which runmedic and trainspotter are installed"
    )
    options = parser.parse_args(arguments)
    found = cases()
    scores = {"lossclinic": [ours(case) for case in found]}
    for name, series in asked(options.peers, found).items():
        scores[name] = [theirs(case, one) for case, one in zip(found, series, strict=True)]
    show = markdown if options.markdown else plain
    print(show(table(found, scores)))
    print()
    for name, own in scores.items():
        whole = layouts(found, own)
        held = f" (bar {BAR}: {'held' if whole >= BAR else 'MISSED'})" if name == "lossclinic" else ""
        print(f"layouts read whole, with NaN kept apart: {name} {whole} of {len(READERS)}{held}")
    if len(scores) == 1:
        print(f"runmedic, trainspotter: {NOT_MEASURED} (--peers PYTHON)")
    for case, (read, apart) in zip(found, scores["lossclinic"], strict=True):
        if not read or not apart:
            print(f"{case.form}/{case.name}: {'NaN not kept apart' if read else 'not read'}")


def layouts(found: Sequence[Case], scores: Sequence[Score]) -> int:
    """Return how many layouts are read in every case, with NaN kept apart."""
    whole = {case.form for case in found}
    whole -= {case.form for case, score in zip(found, scores, strict=True) if not all(score)}
    return len(whole)


def has_nan(case: Case) -> bool:
    """Whether the log holds NaN or an infinity."""
    return any(series["non_finite"] for series in case.expected["series"])


def ours(case: Case) -> Score:
    """Return how lossclinic does on a log."""
    try:
        run = read_log(case.log)
    except UnreadableLog:
        return False, False
    expected = {series["name"]: series for series in case.expected["series"]}
    mine = {series.name: series for series in run.series}
    if set(mine) != set(expected):
        return False, False
    apart = all(_counts(mine[name]) == (one["non_finite"], one["missing"]) for name, one in expected.items())
    read = run.format == case.form and all(_same(mine[name], one) for name, one in expected.items())
    return read, apart


def _counts(series: Series) -> tuple[int, int]:
    return series.non_finite, int(series.missing.sum())


def _same(series: Series, expected: Mapping[str, Any]) -> bool:
    values = series.logged.values
    total = math.fsum(values[np.isfinite(values)])
    return (
        series.role == expected["role"]
        and len(values) == expected["points"]
        and (not len(values) or _ends(values[0], values[-1], expected, exact=True) == 2)
        and math.isclose(total, expected.get("sum", total), rel_tol=1e-9, abs_tol=1e-300)
    )


def _ends(first: float, last: float, expected: Mapping[str, Any], *, exact: bool = False) -> int:
    """Return how many of the two ends are right; a peer may hold them in single precision."""
    tolerance = 0.0 if exact else 1e-6
    pairs = ((first, float(expected["first"])), (last, float(expected["last"])))
    return sum(a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=tolerance) for a, b in pairs)


def asked(python: str | None, found: Sequence[Case]) -> dict[str, list[list[dict[str, Any]]]]:
    """Return what each peer finds in every log, under its name and version; nothing without an interpreter."""
    if python is None:
        return {}
    script = Path(__file__).with_name("peers.py")
    paths = json.dumps([str(case.log) for case in found])
    said = subprocess.run([python, str(script)], input=paths, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(f"{python} failed: {said.stderr.strip().splitlines()[-1:]}")
    return {f"{name} {one['version']}": one["found"] for name, one in json.loads(said.stdout).items()}


def theirs(case: Case, found: Sequence[Mapping[str, Any]]) -> Score:
    """Return how a peer does: the best of all that it found."""
    for role in ("train_loss", "val_loss", None):
        wanted = [one for one in case.expected["series"] if role in (None, one["role"]) and one["points"]]
        if wanted:
            break
    own = [one for one in found if role in (None, one["role"]) and one["points"]]
    pairs = [(mine, one) for mine in own for one in wanted if mine["points"] == one["points"]]
    right = [_ends(float(mine["first"]), float(mine["last"]), one) for mine, one in pairs]
    apart = [mine["non_finite"] == one["non_finite"] for mine, one in pairs]
    return max(right, default=0) == 2, any(ends and same for ends, same in zip(right, apart, strict=True))


def table(found: Sequence[Case], scores: Mapping[str, Sequence[Score]]) -> list[list[str]]:
    """Return the rows, the header first and the sums last."""
    header = ["layout", "written by", "cases"]
    for name in scores:
        header += [name, "NaN apart"]
    rows = [header]
    for id_, reader in READERS.items():
        own = [place for place, case in enumerate(found) if case.form == id_]
        writers = dict.fromkeys(str(found[place].expected["written_by"]) for place in own)
        rows.append(
            [_title(reader.TITLE.en), "; ".join(writers), str(len(own)), *_shares(found, scores, own)]
        )
    every = list(range(len(found)))
    rows.append(["all", "", str(len(found)), *_shares(found, scores, every)])
    return rows


def _title(text: str) -> str:
    """Return a title without its article."""
    first, _, rest = text.partition(" ")
    return rest if first in ("a", "an", "the") else text


def _shares(found: Sequence[Case], scores: Mapping[str, Sequence[Score]], own: Sequence[int]) -> list[str]:
    """Return, for lossclinic and each peer, how many logs are read, and in how many of those with NaN it is apart."""
    broken = [place for place in own if has_nan(found[place])]
    cells = []
    for each in scores.values():
        read, apart = sum(each[place][0] for place in own), sum(each[place][1] for place in broken)
        cells += [f"{read}/{len(own)}", f"{apart}/{len(broken)}" if broken else "-"]
    return cells


def plain(rows: Sequence[Sequence[str]]) -> str:
    """Return the table for a terminal; long names are cut."""
    cut = [[cell if len(cell) <= WIDTH else f"{cell[: WIDTH - 1]}…" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    return _lines(
        cut, lambda cell, place: cell.ljust(widths[place]) if place < 2 else cell.rjust(widths[place])
    )


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return the table as Markdown."""
    header, *rest = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    rule = "|" + "|".join("---" if place < 2 else "--:" for place in range(len(rows[0]))) + "|"
    return "\n".join([header, rule, *rest])


def _lines(rows: Sequence[Sequence[str]], padded: Callable[[str, int], str]) -> str:
    return "\n".join(
        "  ".join(padded(cell, place) for place, cell in enumerate(row)).rstrip() for row in rows
    )


if __name__ == "__main__":
    main(sys.argv[1:])
