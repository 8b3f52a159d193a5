"""What a log leaves unsaid: which process printed a line, and whether a second pass over batches is an evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from lossclinic_ingest.logs.texts.copies import without_copies
from lossclinic_ingest.logs.texts.data_sets import prefixed
from lossclinic_ingest.logs.texts.free_lines import Entry
from lossclinic_kb.text import Text

_RANK = re.compile(r"^\W{0,3}(?:rank|gpu|process|worker)\s?[:#=]?\s?(\d{1,4})\b", re.IGNORECASE)
_ROW = re.compile(
    r"\s*\|\s*(?P<name>[A-Za-z][^|:=]{0,60}?)\s*\|\s*(?P<value>[-+]?[\d.][\d.eE+-]{0,24}|[-+]?(?:nan|inf))?\s*\|\s*",
    re.IGNORECASE,
)
_DARKNET = re.compile(r"^\s*(\d+): ([-\d.naif]+), ([-\d.naif]+) avg(?: loss)?, ([\d.]+) rate, ")
FEWEST = 3
"""Passes that must take turns before the second kind counts as an evaluation: training, evaluation, training."""


def of_one_process(lines: Iterable[str]) -> tuple[list[str], tuple[Text, ...]]:
    """Return the lines without those that say they are of another process than the first, and a note."""
    kept: list[str] = []
    ranks: dict[str, int] = {}
    for line in lines:
        found = (
            _RANK.match(line)
            if line[:12].lower().lstrip("[(< ").startswith(("rank", "gpu", "proc", "work"))
            else None
        )
        if found is None:
            kept.append(line)
            continue
        ranks[found[1]] = ranks.get(found[1], 0) + 1
        if found[1] == next(iter(ranks)):
            kept.append(line[found.end() :].lstrip("])>: "))
    if len(ranks) < 2:
        return kept, ()
    first = next(iter(ranks))
    return kept, (
        Text(
            f"{len(ranks)} processes printed; the lines of process {first} were taken",
            f"有 {len(ranks)} 个进程在打印，只取进程 {first} 的行",
        ),
    )


def joined_rows(lines: Iterable[str]) -> list[str]:
    """Return the lines with two layouts made like all others.

    Boxes of one quantity per row, `| loss | 0.5 |` below `| step | 10 |`, become one line each; and Darknet's lines,
    which name values behind them, `120: 2.3, 2.4 avg loss, 0.001 rate`, name them in front.
    """
    found: list[str] = []
    box: list[str] = []
    last = ""
    for line in lines:
        if line == last and "%|" in line:  # a bar drawn again without change
            continue
        last = line
        row = _ROW.fullmatch(line) if line.lstrip().startswith("|") else None
        if row is not None:
            box += [f"{row['name']}: {row['value']}"] if row["value"] else []
            continue
        if box:
            found.append(" | ".join(box))
            box = []
        found.append(
            _DARKNET.sub(r"iter \1: loss: \2, avg loss: \3, lr: \4, ", line) if " rate, " in line else line
        )
    return [*found, " | ".join(box)] if box else found


def printed_once(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries without those that further processes printed alike."""
    known = {_key(entry): entry for entry in entries}
    kept, notes = without_copies([_key(entry) for entry in entries])
    return ([known[key] for key in kept], notes) if notes else (list(entries), ())


def _key(entry: Entry) -> tuple[object, ...]:
    return entry.counters, tuple(entry.values.items()), entry.title, entry.split


def with_evaluations(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries with those of a second, nameless pass over other batches as of validation.

    A program that shows the same bar for training and evaluation tells them apart by nothing but their lengths: 391
    batches, 100 batches, 391 batches, ...
    """
    ends = [e.counters.batches for e in entries if _is_nameless(e)]
    turns = [end for end, _ in groupby(ends)]
    if len(set(turns)) != 2 or len(turns) < FEWEST:
        return list(entries), ()
    second = turns[1]
    found = [
        _as_validation(entry) if _is_nameless(entry) and entry.counters.batches == second else entry
        for entry in entries
    ]
    note = Text(
        f"passes over {turns[0]:.0f} and {second:.0f} batches take turns without a name; the second was taken for validation",
        f"{turns[0]:.0f} 批与 {second:.0f} 批的进度交替出现而没有名字，后者当作验证",
    )
    return found, (note,)


def _as_validation(entry: Entry) -> Entry:
    values, means = prefixed(entry.values, "val"), prefixed(entry.means, "val")
    return replace(entry, values=values, means=means, split="val")


def _is_nameless(entry: Entry) -> bool:
    return (
        not entry.split
        and bool(entry.values)
        and entry.counters.batch is not None
        and entry.counters.batches is not None
    )
