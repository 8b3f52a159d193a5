"""Whether words and curve together name the cause more often than either alone.

    python -m benchmarks.together FILE.jsonl...

Every visible fault of the judging side is paired with descriptions of the same cause, each in its turn, from files of
questions as `benchmarks.questions` reads them. Descriptions that tell of another training than the one whose curve they
are paired with make this harder than it is for a person who describes what is seen.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.judged import runs, share
from benchmarks.questions import Question, read
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.lab.views import views
from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all, facts_of_run
from lossclinic_kb.text import Lang

VIEWS: Final = ("all", "epochs", "epochs_losses")
KEPT: Final[Mapping[str, Callable[[Observations], Observations]]] = {
    "words": lambda case: replace(case, findings=()),
    "curve": lambda case: replace(case, words={}, said=()),
    "both": lambda case: case,
}
"""What is left of a case."""


def pairs(questions: Sequence[Question], lang: Lang) -> Iterator[tuple[str, Run, str]]:
    """Return cause, run and description for every fault that somebody described in `lang`."""
    told: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        for cause in question.causes if question.lang == lang else ():
            told[cause].append(question.text)
    taken: dict[str, int] = defaultdict(int)
    for each in runs():
        cause = each.job.hypothesis
        if cause != HEALTHY and told[cause]:
            yield cause, each.run, told[cause][taken[cause] % len(told[cause])]
            taken[cause] += 1


def places(told: Observations, cause: str, run: Run) -> dict[str, int]:
    """Return the place of `cause` from words alone, curve alone and both."""
    facts = {**facts_of_run(run), **told.facts}
    case = replace(told, findings=detect_all(run, facts), facts=facts)
    orders = {
        kept: [candidate.cause for candidate in rank(keep(case)).candidates] for kept, keep in KEPT.items()
    }
    return {kept: order.index(cause) + 1 for kept, order in orders.items()}


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table."""
    if not arguments:
        print("no descriptions: name files of rows with query, lang and causes")
        return
    from lossclinic import Clinic

    clinic = Clinic()
    questions = [question for path in arguments for question in read(Path(path))]
    print(f"{'':<18}{'pairs':>6}" + "".join(f"{kept + ' first':>13} {'three':>6}" for kept in KEPT))
    languages: tuple[Lang, ...] = ("en", "zh")
    for lang in languages:
        found: dict[str, list[dict[str, int]]] = defaultdict(list)
        for cause, run, words in pairs(questions, lang):
            seen, told = views(run), clinic.observe(None, words, {})
            for view in VIEWS:
                if view in seen:  # nobody logs one or two epochs by the epoch
                    found[view].append(places(told, cause, seen[view]))
        for view, rows in found.items():
            cells = "".join(
                f"{share(row[kept] == 1 for row in rows):>13.2f} {share(row[kept] <= 3 for row in rows):>6.2f}"
                for kept in KEPT
            )
            print(f"{lang} {view:<15}{len(rows):>6}{cells}")


if __name__ == "__main__":
    main(sys.argv[1:])
