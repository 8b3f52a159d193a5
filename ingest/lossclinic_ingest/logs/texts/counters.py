"""Where a line stands in the training: `Epoch [3/10]`, `step=120`, `[0][ 10/5005]`, `第 3 轮`."""

from __future__ import annotations

import re
from dataclasses import dataclass

BREAK = "¦"
"""Stands in a line for what was understood and taken out of it."""

_OF = r"\s{0,6}(?:/|\bof\b|out of)\s{0,6}"
_OPEN, _CLOSE = r"[\[(#]?\s{0,8}", r"(?:\s{0,4}[\])])?"
_SEP = r"['\"]?\s{0,12}[:=#-]?\s{0,12}"
_ALONE = r"(?<![\w/.\-])"  # `train_loss_epoch` and `s/step` are names of something else
_PERCENT = r"(?:\s{0,4}\(?\s{0,4}\d{1,3}(?:\.\d{1,4})?%\s{0,4}\)?)?"


def _number(name: str) -> str:
    return rf"(?P<{name}>\d{{1,12}})(?![\d.:]*\d)(?![A-Za-z%])"


def _grouped(name: str) -> str:
    """Return a pattern of a count that may be written with commas: `20,100`."""
    return rf"(?P<{name}>\d{{1,3}}(?:,\d{{3}}){{1,3}}(?!,?\d)|\d{{1,12}}(?![\d.:]*\d))(?![A-Za-z%])"


_EPOCH = re.compile(
    rf"{_ALONE}(?:epoch(?P<plural>s)?|ep)(?![A-Za-z_]){_SEP}{_OPEN}"
    rf"(?P<epoch>\d{{1,7}}(?:\.\d{{1,20}})?)(?![\d.]*[\d%])(?:{_OF}(?P<epochs>\d{{1,7}})(?!\d))?{_CLOSE}"
    rf"(?:\s{{0,4}}[,:|]?\s{{0,6}}[\[(]\s{{0,8}}{_number('batch')}\s{{0,4}}/\s{{0,8}}{_number('batches')}{_PERCENT}\s{{0,4}}[\])])?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<![\w.])(?P<epoch>\d{1,7})epoch\b(?=:(?:train|valid)\w{0,8}:\d{1,9}-(?P<batch>\d{1,9})batch)?"
)
"""ESPnet's `3epoch:train:1-100batch:`."""
_STEP = re.compile(
    rf"{_ALONE}(?:(?:global|train(?:ing)?|cur(?:rent)?|total|opt(?:imizer)?)[_ ]?)?"
    rf"(?:(?:step|timestep|iter|iteration|update|round|episode|generation)(?P<plural>s)?|itr|(?<=\s)it(?=[:=]))(?![A-Za-z_])(?:[_ ]?(?:no|num|id|idx)\b\.?)?"
    rf"{_SEP}{_OPEN}{_grouped('step')}(?:{_OF}{_grouped('steps')})?{_PERCENT}{_CLOSE}",
    re.IGNORECASE,
)
_BATCH = re.compile(
    rf"{_ALONE}(?:mini-?)?batch(?:[_ ]?(?:idx|index|id|no|num|number|i)\b\.?)?(?![A-Za-z_]){_SEP}{_OPEN}"
    rf"{_number('batch')}(?:{_OF}{_number('batches')})?{_PERCENT}{_CLOSE}",
    re.IGNORECASE,
)
_BATCHES = re.compile(
    rf"{_number('batch')}\s{{0,4}}/\s{{0,8}}{_number('batches')}\s{{1,4}}(?:batches|steps|iters|iterations|it)\b"
)
_CHINESE_EPOCH = re.compile(
    r"第?\s{0,4}(?P<epoch>\d{1,7})\s{0,4}(?:/\s{0,4}(?P<epochs>\d{1,7})\s{0,4})?(?:轮次?|个?\s?epoch|个?周期|代|期)(?:\s?/\s?共?\s?(?P<epochs__>\d{1,7})\s?轮)?"
    r"|(?:轮次|轮数|轮|周期|回合|世代)\s{0,4}[:=]?\s{0,4}[\[(]?(?P<epoch_>\d{1,7})(?:\s{0,4}/\s{0,4}(?P<epochs_>\d{1,7}))?[\])]?",
    re.IGNORECASE,
)
_CHINESE_STEP = re.compile(
    r"第\s{0,4}(?P<step>\d{1,12})\s{0,4}(?:/\s{0,4}(?P<steps>\d{1,12})\s{0,4})?(?:步|次迭代|个?\s?batch|个?批次?|次)"
    r"|(?:步数|迭代次数|迭代步数|迭代|步骤|步|批次)\s{0,4}[:=]?\s{0,4}[\[(]?(?P<step_>\d{1,12})(?:\s{0,4}/\s{0,4}(?P<steps_>\d{1,12}))?[\])]?",
    re.IGNORECASE,
)
_PAIR_OF_BRACKETS = re.compile(
    r"^\s*\[\s*(?P<epoch>\d{1,7})(?:\s*/\s*(?P<epochs>\d{1,7}))?\s*\]\s?\[\s*(?P<batch>\d{1,12})(?:\s*/\s*(?P<batches>\d{1,12}))?\s*\]"
    r"|^\s*\[\s*(?P<epoch_>\d{1,7})\s*,\s*(?P<batch_>\d{1,12})\s*\]"
)
_PHASE = re.compile(
    rf"(?<=train:)\s{{1,4}}(?:(?P<epoch>\d{{1,7}})|\[(?P<epoch_>\d{{1,7}})/(?P<epochs>\d{{1,7}})\])\s?"
    rf"\[\s{{0,8}}{_number('batch')}\s{{0,4}}/\s{{0,8}}{_number('batches')}{_PERCENT}\s{{0,4}}\]",
    re.IGNORECASE,
)
"""`Train: 3 [  50/1251 (  4%)]` of timm, `Train: [3/300][10/1251]` of Swin."""
_SQUARE = re.compile(
    r"\[\s{0,8}(?P<batch>\d{1,12})\s{0,4}/\s{0,8}(?P<batches>\d{1,12})(?:\s{0,4}\(\s{0,4}\d{1,3}(?:\.\d+)?%\))?\s{0,4}\]"
)
_COUNT = re.compile(
    r"^\s*(?:(?P<count__>\d{1,7})\s{1,8}(?P<batch>\d{1,12})\s{1,8}(?=[A-Za-z]\w{0,40}\s?[:=])"  # 333 154 Loss=0.5
    r"|[\[(#]\s{0,8}(?P<count>\d{1,12})(?:\s*/\s*(?P<counts>\d{1,12}))?\s*[\])]|"
    r"(?P<count_>\d{1,12})(?:\s*/\s*(?P<counts_>\d{1,12}))?\s*(?:[:|>)-]|(?=\s\[?[A-Za-z一-鿿]))(?!\d))"
)


@dataclass(frozen=True)
class Counters:
    """What a line says of its place; None where it says nothing.

    Attributes:
        epoch, epochs: The epoch, and how many are planned.
        step, steps: A count that is called step, iteration or the like, and its end.
        batch, batches: A count within the epoch, and its end.
        count, counts: A count at the beginning of the line that has no name, and its end.
        plural: Whether the name of the count is in the plural, which may as well be a setting: `epochs: 10`.
    """

    epoch: float | None = None
    epochs: float | None = None
    step: float | None = None
    steps: float | None = None
    batch: float | None = None
    batches: float | None = None
    count: float | None = None
    counts: float | None = None
    plural: bool = False

    def __bool__(self) -> bool:
        """Whether the line says anything of its place."""
        return any(value is not None for value in (self.epoch, self.step, self.batch, self.count))


def counters_of(text: str) -> tuple[Counters, str]:
    """Return the counters of a line, and the line without them."""
    lower = text.lower()
    found: dict[str, float] = {}
    plural = False
    for hints, pattern in _HINTED:
        if any(hint in lower for hint in hints) and not (pattern in _ELSE and found):
            text, own = _take(pattern, found, text)
            plural = plural or own
    if not lower.isascii():
        for pattern in (_CHINESE_EPOCH, _CHINESE_STEP):
            text, _ = _take(pattern, found, text)
    if "batch" not in found and "/" in text:
        text, _ = _take(_BATCHES, found, text)
        if "[" in text and (found or not text.lstrip().startswith("[")):
            text, _ = _take(_SQUARE, found, text)
    if not found:
        text, _ = _take(_COUNT, found, text)
    return (Counters(**found, plural=plural) if found else _NONE), text


_NONE = Counters()
_HINTED = (
    (("[",), _PAIR_OF_BRACKETS),
    (("train:", "test:", "valid"), _PHASE),
    (("ep",), _EPOCH),
    (("step", "it", "update", "round", "episode", "generation"), _STEP),
    (("epoch:",), _BEFORE),
    (("batch",), _BATCH),
)
"""Patterns, and pieces of text without which they cannot match."""
_ELSE = frozenset({_BEFORE})  # tried only where none before has matched


def _take(pattern: re.Pattern[str], found: dict[str, float], text: str) -> tuple[str, bool]:
    """Add what a pattern finds and was not known; return the text without it, and whether it may be a setting."""
    match = pattern.search(text)
    if match is None:
        return text, False
    first = not found
    new = {
        name: value
        for key, value in match.groupdict().items()
        if value and (name := key.rstrip("_")) not in found
    }
    plural = new.pop("plural", None) is not None and not new.keys() & {"epochs", "steps"}
    if not new:
        return text, False
    found.update((name, float(value.replace(",", ""))) for name, value in new.items())
    return f"{text[: match.start()]} {BREAK} {text[match.end() :]}", plural and first
