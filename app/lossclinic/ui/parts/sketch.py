"""A small drawing of a run that needs no script: the losses, and the accuracies where nothing else tells more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np

from lossclinic.diagnosis import Symptom
from lossclinic.marks import Mark, lanes, marks_of
from lossclinic.traces import AXES, STYLE, bucketed
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Lang, Text, number

LOSSES: tuple[Role, ...] = ("train_loss", "val_loss")
WIDTH, HEIGHT = 320, 184
LEFT, RIGHT, TOP, BOTTOM = 58, 6, 8, 34  # room for the figures on the axes, and below them the names
LANE = 13  # of numbered bars above the curves
LEAST = 11  # of a bar, which holds its number
POINTS = 80  # stretches drawn by their minimum and maximum: two to three pixels each
LOST = 0.25  # of what is finite: more of a run that is lost would leave no room for what led to it
MAGNITUDES = 50.0  # a loss that spans more is drawn over a logarithmic axis


@dataclass(frozen=True)
class _Frame:
    """What is drawn: both ends of either axis, and the pixel at which the curves begin.

    Attributes:
        log: Whether `low` and `high` are powers of ten.
    """

    left: float
    right: float
    low: float
    high: float
    log: bool
    top: int = TOP


def sketch(
    run: Run,
    title: str,
    say: Lang,
    roles: Sequence[Role] = LOSSES,
    symptoms: Sequence[Symptom] = (),
) -> str:
    """Return curves of a run as SVG with a caption; the drawing is described in words too.

    Args:
        run: The run as read.
        title: The caption.
        say: Language.
        roles: What is drawn.
        symptoms: What to mark, numbered from 1.
    """
    losses = [each.logged for each in run.series if each.role in roles and len(each.logged)]
    kept = [each.finite for each in losses if len(each.finite)]
    words = describe(losses, say)
    if not kept:
        return (
            f'<figure class="lc-sketch"><figcaption>{safe(title)}</figcaption><p>{safe(words)}</p></figure>'
        )
    frame = _frame(losses, kept)
    marks = marks_of(losses, [each.axis for each in losses], symptoms, (frame.left, frame.right))
    frame = replace(frame, top=TOP + LANE * lanes(marks))
    lines = "".join(_line(each, frame) for each in kept)
    return (
        f'<figure class="lc-sketch"><figcaption>{safe(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + frame.top - TOP}" role="img" aria-label="{safe(f"{title}: {words}")}">'
        f"{''.join(_mark(each, frame) for each in marks)}"
        f"{_axes(kept, frame, say)}{lines}{_lost(losses, frame)}</svg></figure>"
    )


def describe(series: Sequence[Series], say: Lang) -> str:
    """Return in words where each series begins, its least value, where it ends and what in it is no number."""
    parts = []
    for each in series:
        finite, role = each.finite, texts.run.ROLE[each.role](say)
        if not len(finite):
            parts.append(
                Text(f"{role} ({each.name}): no finite value", f"{role}（{each.name}）：没有一个有限值")(say)
            )
            continue
        low = int(finite.values.argmin())
        first, least, last = (number(float(finite.values[place])) for place in (0, low, -1))
        at, axis = number(float(finite.axis[low])), AXES[each.axis_name]
        line = Text(
            f"{role} ({each.name}): {len(each)} values, first {first}, lowest {least} at {axis.en} {at}, last {last}",
            f"{role}（{each.name}）：共 {len(each)} 个值，起点 {first}，最低 {least}（{axis.zh} {at}），终点 {last}",
        )(say)
        lost = each.non_finite
        if lost:
            where = number(float(each.axis[~np.isfinite(each.values)][0]))
            line += Text(
                f", {lost} NaN or infinite from {axis.en} {where} on",
                f"，从{axis.zh} {where} 起有 {lost} 个 NaN 或无穷",
            )(say)
        parts.append(line)
    return ("；" if say == "zh" else "; ").join(parts)


def _frame(losses: Sequence[Series], kept: Sequence[Series]) -> _Frame:
    x = np.concatenate([each.axis for each in kept])
    left, right = float(x.min()), float(x.max())
    beyond = right + LOST * (right - left)
    right = max(float(each.axis[each.axis <= beyond].max(initial=right)) for each in losses)
    y = np.concatenate([each.values for each in kept])
    low, high = float(y.min()), float(y.max())
    log = low > 0 and high > MAGNITUDES * float(np.median(y))
    if log:
        low, high = log10(low), log10(high)
    room = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return _Frame(left, right, low - room, high + room, log)


def _across(x: FloatArray, frame: _Frame) -> FloatArray:
    """Return pixels from the left, inside the frame."""
    share = (np.clip(x, frame.left, frame.right) - frame.left) / ((frame.right - frame.left) or 1.0)
    pixels: FloatArray = LEFT + share * (WIDTH - LEFT - RIGHT)
    return pixels


def _place(x: FloatArray, y: FloatArray, frame: _Frame) -> list[tuple[float, float]]:
    y = np.log10(y) if frame.log else y
    down = frame.top + (frame.high - y) / (frame.high - frame.low) * (HEIGHT - TOP - BOTTOM)
    return list(zip(_across(x, frame).round(1).tolist(), down.round(1).tolist(), strict=True))


def _line(each: Series, frame: _Frame) -> str:
    kept = bucketed(each.values, POINTS)
    where = _place(each.axis[kept], each.values[kept], frame)
    (colour, *_), dash = STYLE[each.role]
    dashes = ' stroke-dasharray="5 3"' if dash == "dash" else ""
    points = " ".join(f"{x:g},{y:g}" for x, y in where)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}/>'


def _axes(kept: Sequence[Series], frame: _Frame, say: Lang) -> str:
    high, low = (
        number(float(f"{end:.3g}"))
        for end in (max(s.values.max() for s in kept), min(s.values.min() for s in kept))
    )
    base, axis = frame.top + HEIGHT - TOP - BOTTOM, AXES[kept[0].axis_name](say)
    least = "" if low == high else f'<text x="{LEFT - 4}" y="{base}" text-anchor="end">{low}</text>'
    return (
        f'<path d="M{LEFT} {frame.top}V{base}H{WIDTH - RIGHT}" class="axis"/>'
        f'<text x="{LEFT - 4}" y="{frame.top + 8}" text-anchor="end">{high}</text>'
        f'{least}<text x="{LEFT}" y="{base + 14}">{number(frame.left)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{base + 14}" text-anchor="end">{axis} {number(frame.right)}</text>'
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{base + 29}" text-anchor="middle">{safe(_names(kept, say))}</text>'
    )


def _names(kept: Sequence[Series], say: Lang) -> str:
    """Return what is drawn; where it is more than one, each with its kind of line."""
    lines = {texts.run.ROLE[each.role](say): STYLE[each.role][1] for each in kept}
    if len(lines) == 1:
        return next(iter(lines))
    return "\u2003".join(f"{'- -' if dash == 'dash' else '—'} {name}" for name, dash in lines.items())


def _mark(mark: Mark, frame: _Frame) -> str:
    """Return a numbered bar above the curves."""
    left, right = _across(np.array([mark.left, mark.right]), frame).round(1).tolist()
    top = frame.top - LANE * (mark.lane + 1)
    return (
        f'<rect x="{left:g}" y="{top}" width="{max(right - left, LEAST):g}" height="{LANE - 2}" class="mark"/>'
        f'<text x="{left + 2:g}" y="{top + LANE - 4}" class="number">{mark.number}</text>'
    )


def _lost(losses: Sequence[Series], frame: _Frame) -> str:
    """Mark along the upper edge where values are no numbers; marks on the same pixel are one."""
    at = np.concatenate([each.axis[~np.isfinite(each.values)] for each in losses])
    return "".join(
        f'<text x="{x:g}" y="{frame.top + 6}" text-anchor="middle" class="lost">×</text>'
        for x in np.unique(_across(at, frame).round()).tolist()
    )
