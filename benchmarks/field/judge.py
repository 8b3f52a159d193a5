"""What lossclinic makes of the logs, given as its user would give them: the file, and at most the configuration."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
HEALTHY: Final = "healthy"
Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What was made of one log.

    Attributes:
        truth: What is true of the run.
        flagged: Whether anything was said to be wrong.
        causes: Ids of the causes that were named, likeliest first; none where nothing was said to be wrong.
    """

    truth: Truth
    flagged: bool
    causes: tuple[str, ...]

    @property
    def faulty(self) -> bool:
        """Whether something is wrong with the run."""
        return bool(self.truth["cause"] != HEALTHY)

    def within(self, places: int) -> bool:
        """Return whether the true cause is among the first."""
        return self.truth["cause"] in self.causes[:places]


def truths(side: str) -> dict[str, Truth]:
    """Return what is true of the runs of a side, or of "all", by the name of the log."""
    written = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))
    return {name: truth for name, truth in written.items() if side in ("all", truth["side"])}


def seen(truth: Truth, diagnose: Callable[..., Any], *, configured: bool) -> Seen:
    """Return what is made of one log, alone or with what its author states."""
    said = diagnose(HERE / truth["log"], config=truth["config"] if configured else None)
    flagged = said.status != HEALTHY
    return Seen(truth, flagged, tuple(cause.id for cause in said.causes) if flagged else ())


def share(values: Iterable[bool]) -> str:
    """Return the share of true values, or a dash where there is none."""
    listed = list(values)
    return f"{sum(listed) / len(listed):.2f}" if listed else "-"


def row(title: str, some: Sequence[Seen]) -> str:
    """Return a line of the table."""
    faulty, benign = [one for one in some if one.faulty], [one for one in some if not one.faulty]
    named = "".join(f"{share(one.within(places) for one in faulty):>7}" for places in (1, 3, 5))
    flagged = share(one.flagged for one in faulty), share(one.flagged for one in benign)
    return f"{title:<34}{len(faulty):>7}{flagged[0]:>9}{named}{len(benign):>8}{flagged[1]:>9}"


def table(title: str, by: Mapping[str, Sequence[Seen]]) -> None:
    """Print one line for each group."""
    heads = f"{'faulty':>7}{'flagged':>9}{'first':>7}{'three':>7}{'five':>7}{'benign':>8}{'flagged':>9}"
    print(f"\n{title:<34}{heads}")
    for name, some in by.items():
        print(row(name, some))


def grouped(some: Sequence[Seen], key: str) -> dict[str, list[Seen]]:
    """Return what was seen, by a key of the truth."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for one in some:
        groups[one.truth[key]].append(one)
    return dict(sorted(groups.items()))


def mistaken(some: Sequence[Seen]) -> None:
    """Print what is named first in place of each cause."""
    print("\nnamed first instead")
    for cause, every in grouped(some, "cause").items():
        wrong = Counter((one.causes or ("nothing",))[0] for one in every if not one.within(1))
        listed = ", ".join(f"{other} {count}" for other, count in wrong.most_common(4))
        if listed and (cause != HEALTHY or set(wrong) != {"nothing"}):
            print(f"{cause:<34}{listed}")


def report(side: str, diagnose: Callable[..., Any] | None = None) -> None:
    """Print the tables of a side, or of "all"."""
    if diagnose is None:
        import lossclinic

        diagnose = lossclinic.Clinic().diagnose
    views = {
        title: [seen(truth, diagnose, configured=configured) for truth in truths(side).values()]
        for title, configured in (("log alone", False), ("log and configuration", True))
    }
    table(f"{side}", views)
    for title, some in views.items():
        table(f"by tool, {title}", grouped(some, "tool"))
    for title, some in views.items():
        table(f"by cause, {title}", grouped(some, "cause"))
    mistaken(views["log alone"])
