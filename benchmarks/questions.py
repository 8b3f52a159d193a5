"""How often the right cause is among the first, for questions whose cause is known.

    python -m benchmarks.questions FILE.jsonl... [--without PART]... [--statements] [--worst N] [--peer]

A row is {"query" or "text": ..., "lang": "en" or "zh", "causes": [...] or "cause": ...}. Rows whose causes the knowledge
base does not hold are left out. `--without` takes one part away after the other and prints a table for each; `--peer` asks
LangChain's plain recipe (the encoder, a vector store, the definitions) the same questions. `--statements` prints for each
statement in how many questions it was read, and in which share of those the true cause is one that it speaks for.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_causes
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.errors import InputError
from lossclinic_kb.likelihoods import OTHER
from lossclinic_kb.reading import load_statements, statements_in
from lossclinic_kb.retrieval.fuse import WEIGHTS
from lossclinic_kb.text import Lang

if TYPE_CHECKING:
    from lossclinic import Clinic


@dataclass(frozen=True)
class Question:
    """A question and the causes that were confirmed for it."""

    text: str
    lang: Lang
    causes: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """A question with what was made of it: every cause, best first."""

    question: Question
    order: tuple[str, ...]
    status: str

    @property
    def place(self) -> int:
        """The place of the first right cause, from 1; behind all where none was named."""
        places = [place for place, cause in enumerate(self.order, 1) if cause in self.question.causes]
        return places[0] if places else len(CAUSES) + 1


def read(path: Path) -> list[Question]:
    """Return the questions of a file.

    Raises:
        InputError: A line that is no question, with its number.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row: Mapping[str, Any] = json.loads(line)
            named = row.get("causes") or [row["cause"]]
            text, lang = row.get("query") or row["text"], row["lang"]
        except (ValueError, KeyError) as error:
            raise InputError(f"{path}:{number}: not a question with lang and cause: {error}") from None
        if causes := frozenset(named) & CAUSES.keys():
            found.append(Question(text, lang, causes))
    return found


Part = Callable[[Observations], Observations]
OBSERVED: Final[dict[str, Part]] = {
    "words": lambda case: replace(case, words={}),
    "statements": lambda case: replace(case, said=()),
    "facts": lambda case: replace(case, facts={}),
    "answers": lambda case: replace(case, answers=()),
}
"""Parts of a case that can be taken away when all is observed."""


def _weightless(part: str) -> Any:
    return patch.dict(WEIGHTS, {part: 0.0})


SEARCHED: Final[dict[str, Callable[[], Any]]] = {
    **{part: partial(_weightless, part) for part in WEIGHTS},
    "glossary": lambda: patch("lossclinic_kb.retrieval.translate._terms", _no_terms),
}
"""Parts of the search."""


def _no_terms() -> Any:
    from lossclinic_kb.retrieval.forms import ChineseTerms

    return ChineseTerms({"没有这个词": ""})


@contextmanager
def without(part: str | None) -> Iterator[Part]:
    """Take a part of the search or of what is observed away, for as long as the context lasts."""
    if part in SEARCHED:
        with SEARCHED[part]():
            yield lambda case: case
    else:
        yield OBSERVED[part] if part else lambda case: case


def ask(clinic: Clinic, questions: Sequence[Question], part: str | None = None) -> list[Asked]:
    """Return what the clinic makes of the questions."""
    found = []
    with without(part) as reduced:
        for question in questions:
            ranking = rank(reduced(clinic.observe(None, question.text, {})))
            order = tuple(candidate.cause for candidate in ranking.candidates)
            found.append(Asked(question, order, ranking.status))
    return found


def ask_peer(clinic: Clinic, questions: Sequence[Question]) -> list[Asked]:
    """Return what LangChain's plain recipe makes of them: a vector store over the titles and first sections."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore

    store = InMemoryVectorStore(clinic.retriever.embeddings)
    store.add_documents(
        [
            Document(f"{cause.title('en')}. {cause.articles['en'].first_line}", metadata={"cause": cause.id})
            for cause in load_causes().values()
        ]
    )
    return [
        Asked(
            question,
            tuple(found.metadata["cause"] for found in store.similarity_search(question.text, k=len(CAUSES))),
            "",
        )
        for question in questions
    ]


def table(name: str, asked: Sequence[Asked]) -> None:
    """Print one line per language."""
    by_lang: dict[Lang, list[Asked]] = defaultdict(list)
    for each in asked:
        by_lang[each.question.lang].append(each)
    for lang, rows in sorted(by_lang.items()):
        shares = [sum(each.place <= place for each in rows) / len(rows) for place in (1, 3, 5)]
        reciprocal = sum(1 / each.place for each in rows) / len(rows)
        refused = sum(each.status == "off_topic" for each in rows) / len(rows)
        print(
            f"{name:<32} {lang} {len(rows):>5} "
            + " ".join(f"{share:>6.3f}" for share in (*shares, reciprocal, refused))
        )


def statements(questions: Sequence[Question]) -> None:
    """Print for each statement how often it is read, and how often the true cause is among those it speaks for."""
    made = [{said.statement for said in statements_in(question.text)} for question in questions]
    print(f"\n{'statement':<32} {'read':>5} {'right':>6} {'by chance':>9}")
    for statement in load_statements().values():
        favoured = {cause for cause in CAUSES if statement.likelihood(cause) > statement.likelihood(OTHER)}
        if not favoured:  # it speaks against causes: what it must not meet is one of those
            favoured = {cause for cause in CAUSES if cause not in statement.says}
        right = [bool(question.causes & favoured) for question in questions]
        here = [hit for said, hit in zip(made, right, strict=True) if statement.id in said]
        share = f"{sum(here) / len(here):>6.2f}" if here else f"{'-':>6}"
        print(f"{statement.id:<32} {len(here):>5} {share} {sum(right) / len(right):>9.2f}")


def worst(asked: Sequence[Asked], count: int) -> None:
    """Print the questions whose cause came last."""
    for each in sorted(asked, key=lambda one: -one.place)[:count]:
        print(f"\n{each.place:>3} {', '.join(sorted(each.question.causes))}: {each.question.text}")
        print(f"    instead: {', '.join(each.order[:3])}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--without", action="append", default=[], choices=[*OBSERVED, *SEARCHED])
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    parser.add_argument("--statements", action="store_true", help="how precise each statement is")
    parser.add_argument("--peer", action="store_true", help="LangChain's plain recipe beside it")
    options = parser.parse_args(list(arguments))
    if not options.files:
        print("no questions: name files of rows with query, lang and causes")
        return
    from lossclinic import Clinic

    clinic = Clinic()
    clinic.ask("warming up")
    print(
        f"{'':<32} {'':<2} {'asked':>5} {'first':>6} {'three':>6} {'five':>6} {'recip.':>6} {'off':>6} topic"
    )
    for path in options.files:
        questions = read(path)
        start = time.perf_counter()
        asked = ask(clinic, questions)
        spent = 1000 * (time.perf_counter() - start) / len(questions)
        table(path.stem, asked)
        for part in options.without:
            table(f"  without {part}", ask(clinic, questions, part))
        if options.peer:
            table("  LangChain, definitions", ask_peer(clinic, questions))
        print(f"  {spent:.1f} ms a question")
        worst(asked, options.worst)
        if options.statements:
            statements(questions)


if __name__ == "__main__":
    main(sys.argv[1:])
