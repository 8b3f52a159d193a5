"""What a language model added to a diagnosis, or why it added nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from lossclinic.llm.citations import Citation
from lossclinic.llm.drops import Drops
from lossclinic_kb.text import Text


@dataclass(frozen=True)
class ModelPart:
    """What a language model added; the diagnosis stands without it.

    Attributes:
        model: Its name, for display.
        text: The explanation as far as it has arrived, checked; citations stand in it as [c:id], [s:id], [d:id], [o:id].
        citations: What the text cites, in order.
        drops: What of the model's answers was taken out.
        missing: Why there is no more of it; None where nothing is missing.
        tokens: What it cost, as counted by the service, else estimated.
        done: Whether nothing more will come.
    """

    model: str
    text: str = ""
    citations: tuple[Citation, ...] = ()
    drops: Drops = field(default_factory=Drops)
    missing: Text | None = None
    tokens: int = 0
    done: bool = False
