"""What a detector says of one symptom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lossclinic_kb.text import Text

NOTHING_TO_SAY = Text("", "")
State = Literal["present", "absent", "not_observable"]


@dataclass(frozen=True)
class Finding:
    """One symptom of one run.

    Attributes:
        id: Id of the symptom; the name of its file.
        state: Whether it is there. `not_observable` where a column is missing or the run too short:
            absence of evidence is never evidence of absence.
        evidence: One sentence that quotes steps and values. Empty texts unless present.
        steps: First and last position on the axis of `series` where it shows.
        series: Name of the series it was seen on.
        strength: 0 to 1, how clearly it shows; 1 unless the detector has a reason to say less.
        numbers: The figures behind the sentence, by name.
    """

    id: str
    state: State
    evidence: Text = NOTHING_TO_SAY
    steps: tuple[float, float] | None = None
    series: str | None = None
    strength: float = 1.0
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def present(self) -> bool:
        """Whether the symptom shows."""
        return self.state == "present"


def absent(symptom: str) -> Finding:
    """Return the finding that `symptom` could have been seen and is not there."""
    return Finding(symptom, "absent")


def not_observable(symptom: str) -> Finding:
    """Return the finding that this log cannot show `symptom`."""
    return Finding(symptom, "not_observable")
