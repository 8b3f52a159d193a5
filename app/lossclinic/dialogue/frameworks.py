"""What people call the frameworks."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final[dict[str, tuple[str, str]]] = {
    "lightning": ("Lightning", r"lightning"),
    "keras": ("Keras", r"keras|tensorflow|^tf$"),
    "hf": ("HF Trainer", r"hugging ?face|^hf|transformers|trainer"),
    "paddle": ("Paddle", r"paddle|飞桨"),
    "pytorch": ("PyTorch", r"torch|火炬"),
}
"""By its id in the snippets: its name, and what names it; the more particular before PyTorch."""


def framework_of(words: str) -> str | None:
    """Return the framework that a few words in lower case name, or None."""
    return next((name for name, (_, pattern) in _NAMES.items() if re.search(pattern, words)), None)


_OUTRIGHT: Final = re.compile(
    r"\b(?P<lightning>(?:pytorch[ -]?)?lightning)\b|\b(?P<keras>keras)\b|(?P<paddle>\bpaddle(?:paddle)?\b|飞桨)"
    r"|\b(?P<hf>(?:hugging ?face|hf|transformers)(?:'s)? trainer)\b|\b(?P<pytorch>pytorch)\b",
    re.IGNORECASE | re.ASCII,
)


def framework_named_in(text: str) -> str | None:
    """Return the framework that a description names outright, the first if there are several; a "trainer" alone is none."""
    found = _OUTRIGHT.search(text)
    return found.lastgroup if found else None


def title_of(framework: str) -> str:
    """Return what a framework is called."""
    return _NAMES[framework][0]
