"""Lines that show the same thing again and again: bars that are drawn anew, evaluations that print how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.texts.data_sets import prefixed
from lossclinic_ingest.logs.texts.free_lines import Entry
from lossclinic_kb.text import Text

_EVALUATIONS = Text(
    "of the lines that an evaluation prints on its way only the last was taken, its running mean where it has one",
    "评估过程中逐批打印的行只取最后一行；有累计平均值的取累计平均值",
)
_BARS = Text(
    "a progress bar was followed state by state; what it shows of validation was taken from its last state",
    "进度条的每一次刷新都当作一个点；其中的验证指标只取最后一次刷新",
)


def settled_states(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries without states that the next ones make out of date, and what to say of it."""
    joined: list[Entry] = []
    evaluations = 0
    for group in _evaluations(entries):
        evaluations += len(group) > 1
        joined.append(_last_of(group) if len(group) > 1 else group[0])
    found: list[Entry] = []
    shown: dict[str, str] = {}
    bars = 0
    for states in _bars(joined):
        if states[0].bar and states[0].counters.batch == 0 and _is_left_over(states[0], shown):
            states = states[1:]
        if len(states) > 1:
            bars += 1
            states = _without_stale(states, shown)
        if states and states[-1].bar:
            shown = {**shown, **states[-1].values}
        found += states
    return found, (*((_EVALUATIONS,) if evaluations else ()), *((_BARS,) if bars else ()))


def _evaluations(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the entries, those together that one evaluation printed: while it ran, and its result."""
    group: list[Entry] = []
    for entry in entries:
        if group and not _continues(group, entry):
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _continues(group: Sequence[Entry], entry: Entry) -> bool:
    last = group[-1]
    if last.split not in ("val", "test") or last.counters.batch is None:
        return False
    if entry.counters.batch is not None:
        forward = entry.counters.batch >= last.counters.batch
        return forward and entry.split == last.split and _epoch(entry) in (None, _epoch(last))
    return not entry.counters and _under(last.split, entry).keys() <= last.values.keys()


def _under(split: str, entry: Entry) -> dict[str, str]:
    """Return the values of an entry that does not say its data set under the names that the evaluation has."""
    return dict(entry.values) if entry.split else prefixed(entry.values, split)


def _epoch(entry: Entry) -> float | None:
    return entry.counters.epoch


def _last_of(group: Sequence[Entry]) -> Entry:
    """Return what an evaluation came to: the last value of every quantity, the mean over the batches if shown."""
    values: dict[str, str] = {}
    for entry in group:
        values.update(_under(group[0].split, entry))
        values.update(entry.means)
    return replace(group[0], values=values, means={}, bar=False)


def _bars(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the entries, those together that are states of one bar; of states at one place the last."""
    states: list[Entry] = []
    for entry in entries:
        if states and not _same_bar(states[-1], entry):
            yield states
            states = []
        if states and states[-1].counters.batch == entry.counters.batch:
            last = states.pop()
            entry = replace(entry, values={**last.values, **entry.values})
        states.append(entry)
    if states:
        yield states


def _same_bar(one: Entry, two: Entry) -> bool:
    if not one.bar or not two.bar or one.counters.batch is None or two.counters.batch is None:
        return False
    same = one.counters.batches == two.counters.batches and _epoch(one) == _epoch(two)
    return one.title == two.title and same and one.counters.batch <= two.counters.batch


def _is_left_over(state: Entry, shown: Mapping[str, str]) -> bool:
    """Whether a bar that is at its beginning still shows what the one before showed at its end."""
    return bool(state.values) and state.values.items() <= shown.items()


def _without_stale(states: Sequence[Entry], before: Mapping[str, str]) -> list[Entry]:
    """Return the states of one bar without values that only its last state can have new.

    A bar keeps showing what was last known: the validation loss, or a mean over the epoch, of the epoch before.

    Args:
        states: The states.
        before: What the bar before showed at its end.
    """
    counts = Counter(name for state in states for name in state.values)
    earlier = [(name, value) for state in states[:-1] for name, value in state.values.items()]
    constant = {name for name in counts if len({value for own, value in earlier if own == name}) == 1}
    stale = {name for name in counts if _is_of_epoch(name)}
    stale |= {name for name, value in earlier if name in constant and before.get(name) == value}
    kept = [
        replace(state, values={name: value for name, value in state.values.items() if name not in stale})
        for state in states[:-1]
    ]
    return [*kept, states[-1]]


def _is_of_epoch(name: str) -> bool:
    """Whether a quantity is one that is known at the end of an epoch alone."""
    return meaning_of(name).split in ("val", "test") or name.endswith("_epoch")


def told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with means over an epoch under names of their own where batches have the same name."""
    within = Counter(name for entry in entries if _is_within(entry) for name in entry.values)
    again = {
        name for name, count in within.items() if count > 1 and meaning_of(name).split not in ("val", "test")
    }
    return [entry if _is_within(entry) else _as_means(entry, again) for entry in entries]


def _as_means(entry: Entry, names: set[str]) -> Entry:
    values = {f"{name} (epoch)" if name in names else name: value for name, value in entry.values.items()}
    return replace(entry, values=values)


def _is_within(entry: Entry) -> bool:
    return entry.counters.batch is not None or entry.counters.step is not None
