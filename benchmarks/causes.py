"""Every cause, broken and cured as `lossclinic reproduce --out` writes it, and its article's first line as a question.

A sanity table, not a score: the runs are the ones the articles are about, and the questions come from the articles.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import lossclinic
from lossclinic.reproduce import reproduce
from lossclinic_kb.causes import CAUSES, load_cause
from lossclinic_kb.lab.record import write_csv


def rank_of(cause: str, diagnosis: lossclinic.Diagnosis) -> str:
    """Return the place of `cause` among the causes shown, or "-"."""
    ids = [each.id for each in diagnosis.causes]
    return str(ids.index(cause) + 1) if cause in ids else "-"


def written(cause: str, *, cured: bool) -> bytes:
    """Return the CSV of one lab run; unlike the run in memory it states no configuration."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.csv"
        write_csv(reproduce(cause, cured=cured)[0], path)
        return path.read_bytes()


def main() -> None:
    """Print one line per cause and the share of first places."""
    clinic = lossclinic.Clinic()
    firsts = {"curve": 0, "en": 0, "zh": 0, "cured": 0}
    print(f"{'cause':<30} {'curve':>6} {'cured run':>14} {'words en':>9} {'words zh':>9}")
    for cause in CAUSES:
        broken, cured = (clinic.diagnose(written(cause, cured=each)) for each in (False, True))
        asked = {
            lang: rank_of(cause, clinic.ask(load_cause(cause).articles[lang].first_line))
            for lang in ("en", "zh")
        }
        curve = rank_of(cause, broken)
        print(f"{cause:<30} {curve:>6} {cured.status:>14} {asked['en']:>9} {asked['zh']:>9}")
        firsts["curve"] += curve == "1"
        firsts["cured"] += cured.status == "healthy"
        firsts["en"] += asked["en"] == "1"
        firsts["zh"] += asked["zh"] == "1"
    total = len(CAUSES)
    print(
        f"{'first, or healthy':<30} {firsts['curve']:>3}/{total} {firsts['cured']:>11}/{total}"
        f" {firsts['en']:>6}/{total} {firsts['zh']:>6}/{total}"
    )


if __name__ == "__main__":
    main()
