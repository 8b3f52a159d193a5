"""The loss scale as Apex says it in a sentence, in the form of a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SAID = "reducing loss scale to "
_NUMBERED = re.compile(r"loss scaler (?:\d{1,3} )?reducing loss scale to ")


def with_scales(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines; `loss scaler 0 reducing loss scale to 8192.0` gives the scale, and not the number of the scaler."""
    for line in lines:
        yield _NUMBERED.sub("loss scale: ", line) if _SAID in line else line
