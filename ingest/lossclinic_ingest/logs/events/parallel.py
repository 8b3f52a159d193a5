"""Event files that were written at the same time: every process of a training opened a writer, or two trainings did."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic_ingest.logs.events.places import Place
from lossclinic_ingest.logs.events.scalars import EventFile


def beside(files: Sequence[tuple[Place, EventFile]]) -> list[int]:
    """Return of each file how many come before it that were written meanwhile, to the same place and tags.

    Points of such files are no continuation of one another, as those of a resumed run are. The longest comes first.
    """
    longest_first = sorted(range(len(files)), key=lambda i: -_points(files[i][1]))
    found = [0] * len(files)
    for rank, i in enumerate(longest_first):
        place, file = files[i]
        rivals = (j for j in longest_first[:rank] if files[j][0] == place and _meet(file, files[j][1]))
        found[i] = max((found[j] + 1 for j in rivals), default=0)
    return found


def _points(file: EventFile) -> int:
    return sum(len(points.steps) for points in file.points.values())


def _meet(one: EventFile, other: EventFile) -> bool:
    """Whether two files share a tag, and the time of their writing."""
    together = max(one.written[0], other.written[0]) < min(one.written[1], other.written[1])
    return together and not one.points.keys().isdisjoint(other.points)
