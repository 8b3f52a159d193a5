"""What the opinion of a language model is worth, replayed: answers written by hand go through the code that hears a model.

    python -m benchmarks.replay [--fit]

This is no model's score: `benchmarks/replayed/README.md` says who wrote the answers, and which of them blind. It
measures what the code does with good and flawed answers: how the ranking fares with and without them, and what is dropped.
Cases are halved by their number: on the odd ones the weight of an opinion may be fitted (`--fit` prints what fits best),
the even ones are reported beside them. Trainings come from the recordings of the lab; what is not recorded is left out.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.judged import share
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.lab.recordings import folder, load_run
from lossclinic_kb.likelihoods import HEALTHY, OTHER
from lossclinic_kb.opinion import Opinion, divided, load_weights

if TYPE_CHECKING:
    from lossclinic import Clinic, Diagnosis
    from lossclinic.llm.digest import Digest
    from lossclinic.llm.drops import Drops
    from lossclinic_kb.run import Run

DATA: Final = Path(__file__).with_name("replayed")
GRID: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Factors that are tried for each place."""
SPREAD: Final = math.log(2)
"""Of the prior on each logarithm of a factor, around no weight at all: few cases must not make an opinion a verdict."""


@dataclass(frozen=True)
class Case:
    """A case whose cause is known, with the answer written for it.

    Attributes:
        run: Name of a recording, or "".
        query: What a person asks, or "".
        reply: As a model would return it; None where none is asked.
        observed: What the ids in it meant: kind and id.
    """

    id: str
    lang: str
    cause: str
    run: str = ""
    query: str = ""
    reply: Mapping[str, Any] | None = None
    observed: Mapping[str, Sequence[str]] | None = None
    flawed: bool = False

    @property
    def counted(self) -> bool:
        """Whether the weight may be fitted on it."""
        return int(self.id[1:]) % 2 == 1


@dataclass(frozen=True)
class Replayed:
    """What came of a case.

    Attributes:
        before, after: Place of the true cause without the opinion and with it, from 1.
        drops: What was taken out of the answer.
        posterior: P(hypothesis) without the opinion.
        opinion: What was left of the answer; None where no model is asked.
    """

    case: Case
    before: int
    after: int
    drops: Drops
    posterior: Mapping[str, float]
    opinion: Opinion | None


def cases() -> list[Case]:
    """Return all cases with their answers."""
    answers = {row["id"]: row for row in _rows("answers.jsonl")}
    return [Case(**row, **_answer(answers.get(row["id"]))) for row in _rows("cases.jsonl")]


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _answer(row: dict[str, Any] | None) -> dict[str, Any]:
    return {} if row is None else {name: row[name] for name in ("reply", "observed", "flawed")}


def replayed(case: Case, clinic: Clinic) -> Replayed:
    """Return what comes of a case: the digest is made, the answer heard, and the case ranked again with what is left."""
    from lossclinic.llm.digest import digest_of
    from lossclinic.llm.drops import Drops
    from lossclinic.llm.heard import opinion_of
    from lossclinic.llm.neutral import neutral
    from lossclinic.llm.replies import RankingReply

    made, run = _diagnosed(case, clinic)
    opinion, drops = None, Drops()
    if case.reply is not None and made.status not in ("healthy", "off_topic"):
        digest = neutral(digest_of(made, case.query, made.lang), run)
        reply = RankingReply.model_validate(_in_ids_of(digest, case))
        opinion, drops = opinion_of(reply, digest, made.case, "replay")
    posterior = {each.cause: each.probability for each in rank(made.case).candidates}
    after = replace(made.case, opinion=opinion) if opinion and opinion.named else made.case
    return Replayed(case, _place(made.case, case.cause), _place(after, case.cause), drops, posterior, opinion)


def _diagnosed(case: Case, clinic: Clinic) -> tuple[Diagnosis, Run | None]:
    from lossclinic.compose import compose

    lang = "zh" if case.lang == "zh" else "en"
    if case.query:
        return clinic.ask(case.query, lang=lang), None  # type: ignore[arg-type]
    run = load_run(folder() / case.run)
    return compose(clinic.observe(run, "", {}), run, lang, source="run.csv"), run  # type: ignore[arg-type]


def _in_ids_of(digest: Digest, case: Case) -> dict[str, Any]:
    """Return the answer with the ids that its observations have today; an id that never meant anything stays."""
    assert case.reply is not None
    now = {(each.kind, each.ref): each.id for each in digest.observations}
    then = {name: now.get((ref[0], ref[1]), "gone") for name, ref in (case.observed or {}).items()}
    return {
        "causes": [
            {**named, "observations": [then.get(name, "never") for name in named["observations"]]}
            for named in case.reply["causes"]
        ]
    }


def _place(case: Observations, cause: str) -> int:
    return [each.cause for each in rank(case).candidates].index(cause) + 1


def table(found: Sequence[Replayed]) -> None:
    """Print how the ranking fares with and without the answers, by kind of case and half."""
    print(f"{'cases':<30} {'asked':>9} {'first':>14} {'among three':>14}")
    for kind, half in itertools.product(("r", "q"), (True, False)):
        seen = [each for each in found if each.case.id[0] == kind and each.case.counted == half]
        title = f"{'trainings' if kind == 'r' else 'questions'}, {'fitted on' if half else 'reported'}"
        _line(title, seen)
    _line("answers with flaws", [each for each in found if each.case.flawed])
    print(f"{'':<30} {'':>9} {'without > with':>14} {'without > with':>14}")


def _line(title: str, seen: Sequence[Replayed]) -> None:
    asked = [each for each in seen if each.opinion is not None]
    cells = [
        f"{share(each.before <= top for each in seen):.2f} > {share(each.after <= top for each in seen):.2f}"
        for top in (1, 3)
    ]
    print(f"{title:<30} {f'{len(asked)}/{len(seen)}':>9} {cells[0]:>14} {cells[1]:>14}")


def drops(found: Sequence[Replayed]) -> None:
    """Print what was dropped, by reason, and where the true cause stood in what was left."""
    counted: Counter[str] = Counter()
    for each in found:
        counted.update(asdict(each.drops))
    print("\ndropped: " + ", ".join(f"{name} {times}" for name, times in counted.items() if times))
    asked = [each for each in found if each.opinion is not None]
    places = Counter(_named_at(each) for each in asked)
    print(
        "true cause named at: "
        + ", ".join(f"{place or 'none'} {times}" for place, times in sorted(places.items()))
    )


def _named_at(each: Replayed) -> int:
    """Return the place of the true cause in an opinion; 0 where it is not in it."""
    named = each.opinion.named if each.opinion else ()
    return next((one.place for one in named if one.cause == each.case.cause), 0)


def fitted(found: Sequence[Replayed]) -> tuple[float, float, float]:
    """Return the factors of the first three places under which the true causes are most probable, each next one lower."""
    asked = [each for each in found if each.opinion is not None]
    tried = [each for each in itertools.product(GRID, repeat=3) if each[0] >= each[1] >= each[2]]
    return max(tried, key=lambda factors: _fit(asked, factors))


def _fit(asked: Sequence[Replayed], factors: Sequence[float]) -> float:
    """Return the logarithm of how probable the true causes are under `factors`, and those under their prior."""
    prior = sum(-((math.log(factor) / SPREAD) ** 2) / 2 for factor in factors)
    return prior + sum(math.log(max(_share(each, factors), 1e-12)) for each in asked)


def _share(each: Replayed, factors: Sequence[float]) -> float:
    assert each.opinion is not None
    named = {one.cause: factors[one.place - 1] for one in each.opinion.named if one.place <= len(factors)}
    known = {**each.posterior, OTHER: 0.0, HEALTHY: 0.0}
    return divided(known, named, (OTHER, HEALTHY))[each.case.cause]


def fit(found: Sequence[Replayed]) -> None:
    """Print what fits best on the odd half, and what each choice does to the even half."""
    halves = {
        half: [each for each in found if each.case.counted == half and each.opinion] for half in (True, False)
    }
    print(f"\n{'factors of places 1, 2, 3':<34} {'fitted on':>10} {'reported':>10}   mean log P(true cause)")
    chosen = {
        "none": (1.0, 1.0, 1.0),
        "as stored": load_weights().factors[:3],
        "fitted, trainings": fitted([each for each in halves[True] if each.case.run]),
        "fitted, all": fitted(halves[True]),
    }
    for title, factors in chosen.items():
        cells = [
            sum(math.log(max(_share(each, factors), 1e-12)) for each in half) / len(half)
            for half in halves.values()
        ]
        named = f"{title} ({', '.join(f'{factor:g}' for factor in factors)})"
        print(f"{named:<34} {cells[0]:>10.3f} {cells[1]:>10.3f}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay")
    parser.add_argument("--fit", action="store_true", help="what weight of an opinion fits best")
    options = parser.parse_args(list(arguments))
    from lossclinic import Clinic

    clinic, known = Clinic(), cases()
    held = [each for each in known if each.query or (folder() / each.run).exists()]
    found = [replayed(each, clinic) for each in held]
    print("A replay of answers written by hand, and no model's score (benchmarks/replayed/README.md).")
    if len(held) < len(known):
        print(f"{len(known) - len(held)} trainings are not recorded: python -m lossclinic_kb.lab.recordings")
    print()
    table(found)
    drops(found)
    if options.fit:
        fit(found)


if __name__ == "__main__":
    main(sys.argv[1:])
