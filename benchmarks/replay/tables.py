"""What a language model's reading and opinion are worth, replayed: answers written beforehand go through the code that hears it.

    python -m benchmarks.replay [--fit] [--digests FOLDER]

This is no model's score: `data/README.md` says how the answers came about. It measures what the code does with good and
with flawed answers: how the ranking fares with and without them, and what is dropped. Cases are halved by their number: on
the odd ones weights may be fitted (`--fit` prints what fits best), the even ones are reported beside them. `--digests`
writes what a model is sent of every case, without its cause, so that other answers can be written as blindly.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.judged import share
from benchmarks.replay.cases import cases
from benchmarks.replay.fitting import EXPONENTS, Hit, fitted, fitted_reading, mean_log, mean_log_read
from benchmarks.replay.replayed import Replayed, diagnosed, place, read_out, replayed, told
from lossclinic import Clinic
from lossclinic.llm.prompts import ranking, understanding
from lossclinic_kb.opinion import load_weights


def table(found: Sequence[Replayed]) -> None:
    """Print how the ranking fares without the answers, with their reading, and with their opinion as well."""
    print(f"{'':<22} {'cases':>5} {'first':>20} {'among three':>20}")
    for kind, title in (("r", "trainings"), ("q", "questions")):
        for counted, half in ((True, "fitted on"), (False, "reported")):
            seen = [each for each in found if each.case.id[0] == kind and each.case.counted == counted]
            _line(f"{title}, {half}", seen)
    _line("answers with flaws", [each for each in found if each.case.flawed])
    told = "without > read > all"
    print(f"{'':<28} {told:>20} {told:>20}")


def _line(title: str, seen: Sequence[Replayed]) -> None:
    places = [
        [place(case, each.case.cause) for case in (each.before, each.read, each.after)] for each in seen
    ]
    cells = [
        " > ".join(f"{share(at[step] <= top for at in places):.2f}" for step in range(3)) for top in (1, 3)
    ]
    print(f"{title:<22} {len(seen):>5} {cells[0]:>20} {cells[1]:>20}")


def dropped(found: Sequence[Replayed]) -> None:
    """Print what was dropped, by reason, and where the true cause stood in what was left."""
    counted: Counter[str] = Counter()
    for each in found:
        counted.update(asdict(each.drops))
    print("\ndropped: " + ", ".join(f"{name} {times}" for name, times in counted.items() if times))
    for kind, title in (("r", "trainings"), ("q", "questions")):
        places = Counter(_named_at(each) for each in found if each.case.id[0] == kind)
        told = ", ".join(f"{at or 'nowhere'} {times}" for at, times in sorted(places.items()))
        print(f"true cause named at, {title}: {told}")


def _named_at(each: Replayed) -> int:
    """Return the place of the true cause in an opinion; 0 where it is not in it."""
    return next((one.place for one in each.opinion.named if one.cause == each.case.cause), 0)


def fit(found: Sequence[Replayed]) -> None:
    """Print what fits best on the odd half, and what each choice does to the even half."""
    halves = [[each for each in found if each.case.counted is half] for half in (True, False)]
    print(f"\n{'mean log P(true cause)':<40} {'fitted on':>10} {'reported':>10}")
    asked = [[each for each in half if each.case.query] for half in halves]
    best = fitted_reading(asked[0])
    for exponent in EXPONENTS:
        title = f"what is read counts {exponent:g}" + (", fitted" if exponent == best else "")
        print(f"{title:<40} " + " ".join(f"{mean_log_read(half, exponent):>10.3f}" for half in asked))
    hits = [[Hit.of(each) for each in half] for half in halves]
    trainings = [Hit.of(each) for each in halves[0] if not each.case.query]
    chosen = {
        "no opinion": (1.0, 1.0, 1.0),
        "as stored": load_weights().factors[:3],
        "fitted, trainings": fitted(trainings),
        "fitted, all": fitted(hits[0]),
    }
    for title, factors in chosen.items():
        named = f"{title} ({', '.join(f'{factor:g}' for factor in factors)})"
        print(f"{named:<40} {mean_log(hits[0], factors):>10.3f} {mean_log(hits[1], factors):>10.3f}")


def write_digests(folder: Path, clinic: Clinic) -> None:
    """Write what a model is sent of every case: instruction and data of each task."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases():
        made = diagnosed(case, clinic)
        read, _ = read_out(case, made.case)
        tasks = {"rank": ranking(told(case, replace(made, case=read)))}
        if case.query:
            tasks["read"] = understanding(case.query, case.lang)
        for name, parts in tasks.items():
            (folder / f"{case.id}.{name}.txt").write_text("\n\n".join(parts), encoding="utf-8")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay")
    parser.add_argument("--fit", action="store_true", help="what weights fit best")
    parser.add_argument("--digests", type=Path, metavar="FOLDER", help="write what a model is sent, and stop")
    options = parser.parse_args(list(arguments))
    clinic = Clinic()
    if options.digests:
        write_digests(options.digests, clinic)
        return
    found = [replayed(each, clinic) for each in cases()]
    print(
        "A replay of answers written beforehand, and no model's score (benchmarks/replay/data/README.md).\n"
    )
    table(found)
    dropped(found)
    if options.fit:
        fit(found)
