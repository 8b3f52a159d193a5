"""Progress bars: tqdm's `Epoch 3:  45%|████▌     | 45/100 [00:10<00:12, 4.5it/s, loss=0.5]` and those of others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lossclinic_ingest.logs.texts.counters import BREAK

_FACTORS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
_AMOUNT = r"\d{1,15}(?:\.\d{1,6})?[kMG]?"
_TQDM = re.compile(
    rf"\d{{1,3}}%\|[^|]{{0,400}}\|\s*(?P<done>{_AMOUNT})/(?P<all>{_AMOUNT}|\?)\s*\[(?P<state>[^\]]*)\]?(?P<after>.*)"
)
_TQDM_OPEN = re.compile(rf"(?<![\w.])(?P<done>{_AMOUNT})it \[(?P<state>[^\]]*)\]?(?P<after>.*)")
"""tqdm where the end is not known: `45it [00:10, 4.5it/s, loss=0.5]`."""
_SPEED = re.compile(
    r"^[\d:?]{1,12}(?:<[\d:?]{1,12}|<\?)?(?:,\s*(?:[\d.]{1,12}|\?)\s?(?:[^\s,/]{1,12}/s|s/[^\s,]{1,12}))?,?"
)
_GLYPHS = re.compile(r"[━╸╺▏▎▍▌▋▊▉█▇▆▅▄▃▂▁░▒▓⣿■□▰▱─]{3,}|\[[=>.#*\- ]{4,}\]|\|[#=> ]{4,}\|")
_LONE_PERCENT = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,2})?%(?=\s*¦)")


@dataclass(frozen=True)
class Bar:
    """One state of a progress bar.

    Attributes:
        title: What stands in front of it.
        done, all: How far it is, and its end; None where it has none or shows the two elsewhere.
        values: What stands behind it.
    """

    title: str
    done: float | None
    all: float | None
    values: str


def bar_of(line: str) -> Bar | None:
    """Return the state of a progress bar, or None for any other line."""
    found = _TQDM.search(line) if "%|" in line else None
    found = found or (_TQDM_OPEN.search(line) if "it [" in line else None)
    if found is not None:
        end = found.groupdict().get("all")
        values = _SPEED.sub("", found["state"]) + BREAK + found["after"]
        return Bar(line[: found.start()], _amount(found["done"]), _amount(end) if end else None, values)
    glyphs = _GLYPHS.search(line)
    if glyphs is None or not any(char.isdigit() for char in line):
        return None
    rest = _GLYPHS.sub(BREAK, line)
    return Bar("", None, None, _LONE_PERCENT.sub(BREAK, rest))


def _amount(text: str) -> float | None:
    """Return a count such as `45` or `1.2k`; None for `?`."""
    if text == "?":
        return None
    factor = text[-1] if text[-1] in "kMG" else ""
    return float(text.removesuffix(factor)) * _FACTORS[factor]
