"""Whether the same situation, told in English and in Chinese, gives the same first cause. Bar: .95.

    python -m benchmarks.alike [FILE.yaml...] [--without PART]... [--differing N]

A file lists [cause, English, Chinese]. Without one, the two halves beside this file are asked: `seen`, which was looked at
while the reading was mended, and `kept`, of which only the shares were. Beside the agreement stands how often the first
cause is the one meant, in each language, and how often two causes are first that the diagnosis itself calls twins.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.questions import OBSERVED, SEARCHED, without
from lossclinic_kb.case import Observations
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.diagnosis import Ranking, rank
from lossclinic_kb.errors import InputError

if TYPE_CHECKING:
    from lossclinic import Clinic

BAR = 0.95
FOLDER = Path(__file__).with_name("alike")
HALVES = tuple(FOLDER / f"{name}.yaml" for name in ("seen", "kept"))


@dataclass(frozen=True)
class Pair:
    """A situation in both languages, and its cause."""

    cause: str
    en: str
    zh: str


@dataclass(frozen=True)
class Told:
    """A pair with what was made of it in each language."""

    pair: Pair
    cases: tuple[Observations, Observations]
    rankings: tuple[Ranking, Ranking]

    @property
    def firsts(self) -> tuple[str, str]:
        """The first cause in English and in Chinese."""
        en, zh = (ranking.candidates[0].cause for ranking in self.rankings)
        return en, zh

    @property
    def agree(self) -> bool:
        """Whether both languages give the same first cause."""
        return len(set(self.firsts)) == 1

    @property
    def twins(self) -> bool:
        """Whether they agree, or each names the other's first cause as a twin of its own."""
        return self.agree or any(
            set(self.firsts) <= set(group) for ranking in self.rankings for group in ranking.twins
        )


def read(path: Path) -> list[Pair]:
    """Return the pairs of a file.

    Raises:
        InputError: A row that is none.
    """
    found = []
    for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), 1):
        if not (isinstance(row, list) and len(row) == 3 and row[0] in CAUSES):
            raise InputError(f"{path.name}: row {number} is no [cause, English, Chinese] of a known cause")
        found.append(Pair(*map(str, row)))
    return found


def tell(clinic: Clinic, pairs: Sequence[Pair], part: str | None = None) -> list[Told]:
    """Return what the clinic makes of each pair."""
    found = []
    with without(part) as reduced:
        for pair in pairs:
            en, zh = (reduced(clinic.observe(None, text, {})) for text in (pair.en, pair.zh))
            found.append(Told(pair, (en, zh), (rank(en), rank(zh))))
    return found


def table(name: str, told: Sequence[Told]) -> None:
    """Print one line."""
    count = len(told)
    agree = sum(each.agree for each in told) / count
    twins = sum(each.twins for each in told) / count
    right = [sum(each.firsts[place] == each.pair.cause for each in told) / count for place in (0, 1)]
    bar = "held" if agree >= BAR else "MISSED"
    print(f"{name:<28} {count:>5} {agree:>7.3f} {twins:>10.3f} {right[0]:>8.3f} {right[1]:>8.3f}  {bar}")


def differing(told: Sequence[Told], count: int) -> None:
    """Print pairs that differ, with the statements that only one language makes."""
    for each in [each for each in told if not each.agree][:count]:
        en, zh = ({said.statement for said in case.said} for case in each.cases)
        print(f"\n{each.pair.cause}: {each.firsts[0]} / {each.firsts[1]}\n  {each.pair.en}\n  {each.pair.zh}")
        print(f"  only English: {sorted(en - zh)}; only Chinese: {sorted(zh - en)}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alike")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.yaml")
    parser.add_argument("--without", action="append", default=[], choices=[*OBSERVED, *SEARCHED])
    parser.add_argument("--differing", type=int, default=0, metavar="N")
    options = parser.parse_args(list(arguments))
    from lossclinic import Clinic

    clinic = Clinic()
    print(f"{'bar: ' + str(BAR):<28} pairs   alike  or twins  right en right zh")
    for path in options.files or HALVES:
        pairs = read(path)
        told = tell(clinic, pairs)
        table(path.stem, told)
        for part in options.without:
            table(f"  without {part}", tell(clinic, pairs, part))
        differing(told, options.differing)


if __name__ == "__main__":
    main(sys.argv[1:])
