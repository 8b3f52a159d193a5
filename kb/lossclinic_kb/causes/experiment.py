"""The experiment of a cause: its fault and its cure in the lab, and the code that its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from lossclinic_kb.lab import Trial, World

TABULAR: Final = "tabular"
TABULAR_REGRESSION: Final = "tabular_regression"
"""Besides the workloads: small tables that give a class, and small tables that give a number."""


@dataclass(frozen=True)
class Experiment:
    """The modules `experiment.py` and, where the fix differs between frameworks, `frameworks.py` of a cause.

    `experiment.py` defines `broken(world)` and `cured(world)`, which return a `Trial`, and `WORKLOADS`, the trainings in
    which the fault can happen (tabular classification where it says none). A cause that no lab can show defines
    `NOT_SHOWN` instead: why. Every module defines `exercise()`, which runs its snippets.

    Attributes:
        cause: Id of the cause.
        modules: One or two.
    """

    cause: str
    modules: tuple[ModuleType, ...]

    @property
    def not_shown(self) -> Text | None:
        """Why the lab cannot produce the fault; None where it can."""
        return cast("Text | None", getattr(self.modules[0], "NOT_SHOWN", None))

    @property
    def workloads(self) -> tuple[str, ...]:
        """The trainings in which the fault can happen, the one that shows it best first."""
        return cast("tuple[str, ...]", getattr(self.modules[0], "WORKLOADS", (TABULAR,)))

    def broken(self, world: World) -> Trial:
        """Return the training of `world` with the fault.

        Raises:
            InputError: The lab cannot produce it.
        """
        return self._trial("broken", world)

    def cured(self, world: World) -> Trial:
        """Return the same training with the fault mended; errors as for `broken`."""
        return self._trial("cured", world)

    def exercise(self) -> None:
        """Run every snippet; the assertions in it are what the article claims of them."""
        for module in self.modules:
            module.exercise()

    def plain_world(self, seed: int = 0) -> World:
        """Return the world in which the fault is shown first: nothing else in it is out of the ordinary."""
        from lossclinic_kb.lab import World

        first = self.workloads[0]
        return World(seed) if first == TABULAR else World.plain(first, seed)

    def worlds(self, seeds: Sequence[int], tasks: Sequence[str], workloads: Sequence[str]) -> list[World]:
        """Return one drawn world for each seed, the possible trainings taking turns.

        Args:
            seeds: One per world.
            tasks: Tasks of tabular classification to draw from.
            workloads: Other trainings to draw from.

        Returns:
            Nothing where the fault can happen in none of them.
        """
        from lossclinic_kb.lab import World
        from lossclinic_kb.lab.world import REGRESSIONS

        can = [name for name in self.workloads if name in workloads or (name == TABULAR and tasks)]
        if not can:
            return []
        tables = {TABULAR: tasks, TABULAR_REGRESSION: REGRESSIONS}
        return [
            World.draw(seed, tables[name]) if name in tables else World.draw_workload(seed, [name])
            for seed, name in ((seed, can[index % len(can)]) for index, seed in enumerate(seeds))
        ]

    def _trial(self, kind: str, world: World) -> Trial:
        if self.not_shown is not None:
            raise InputError(f"{self.cause} cannot be shown in the lab: {self.not_shown.en}")
        make: Any = getattr(self.modules[0], kind)
        return cast("Trial", make(world))
