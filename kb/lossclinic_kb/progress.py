"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

from lossclinic_kb.text import Text

Progress = Callable[[Text, int, int], None]
"""Called with (what is being done, how much is done, how much in all)."""
