"""What several processes printed alike, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import gcd
from typing import TypeVar

from lossclinic_kb.text import Text

Item = TypeVar("Item", bound=Hashable)
FEWEST = 2
"""Different entries that must all be there equally often: one alone may just be a value that does not change."""
APART = 4
"""Entries by which one process is ahead of another at most. The same run twice in one file lies further apart."""


def without_copies(items: Sequence[Item]) -> tuple[list[Item], tuple[Text, ...]]:
    """Return the entries without those that further processes printed too, and a note if there were any.

    Every process prints every entry, so each is there k times; what only repeats itself is there k times now and then.
    The last entry does not count: some processes may not have come to it. Copies need not stand side by side.
    """
    counts = Counter(items)
    last = items[-1] if items else None
    whole = [count for item, count in counts.items() if item != last]
    times = gcd(*whole) if len(whole) >= FEWEST else 1
    if times < 2 or not _close(items, times):
        return list(items), ()
    seen: Counter[Item] = Counter()
    kept = []
    for item in items:
        if seen[item] % times == 0:
            kept.append(item)
        seen[item] += 1
    note = Text(
        f"every entry is printed {times} times, as by {times} processes; each was taken once",
        f"每条记录都打印了 {times} 遍（应是 {times} 个进程各打印一遍），只取一遍",
    )
    return kept, (note,)


def _close(items: Sequence[Item], times: int) -> bool:
    """Whether the copies of every entry stand near each other."""
    places: dict[Item, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(item, []).append(place)
    far = times * (APART + 1)
    return all(
        own[min(first + times, len(own)) - 1] - own[first] < far
        for own in places.values()
        for first in range(0, len(own), times)
    )
