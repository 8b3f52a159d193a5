"""A small drawing of a run that needs no script: the losses, and the accuracies where nothing else tells more."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import numpy as np

from lossclinic.traces import AXES, STYLE, bucketed
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Lang, Text, number

LOSSES: tuple[Role, ...] = ("train_loss", "val_loss")
WIDTH, HEIGHT = 320, 170
LEFT, RIGHT, TOP, BOTTOM = 52, 6, 8, 20  # room for the figures on the axes
POINTS = 80  # stretches drawn by their minimum and maximum: two to three pixels each
MAGNITUDES = 50.0  # a loss that spans more is drawn over a logarithmic axis


def sketch(run: Run, title: str, say: Lang, roles: Sequence[Role] = LOSSES) -> str:
    """Return curves of a run as SVG with a caption; the drawing is described in words too."""
    losses = [each.logged for each in run.series if each.role in roles and len(each.logged)]
    kept = [each.finite for each in losses if len(each.finite)]
    words = describe(losses, say)
    if not kept:
        return (
            f'<figure class="lc-sketch"><figcaption>{safe(title)}</figcaption><p>{safe(words)}</p></figure>'
        )
    lines = "".join(_line(each, *_frame(kept)) for each in kept)
    return (
        f'<figure class="lc-sketch"><figcaption>{safe(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{safe(f"{title}: {words}")}">'
        f"{_axes(kept, say)}{lines}{_lost(losses, kept)}</svg></figure>"
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


def _frame(kept: Sequence[Series]) -> tuple[float, float, float, float, bool]:
    x = np.concatenate([each.axis for each in kept])
    y = np.concatenate([each.values for each in kept])
    low, high = float(y.min()), float(y.max())
    log = low > 0 and high > MAGNITUDES * float(np.median(y))
    if log:
        low, high = log10(low), log10(high)
    room = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return float(x.min()), float(x.max()), low - room, high + room, log


def _place(
    x: FloatArray, y: FloatArray, frame: tuple[float, float, float, float, bool]
) -> list[tuple[float, float]]:
    left, right, low, high, log = frame
    y = np.log10(y) if log else y
    across = LEFT + (x - left) / ((right - left) or 1.0) * (WIDTH - LEFT - RIGHT)
    down = TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM)
    return list(zip(across.round(1).tolist(), down.round(1).tolist(), strict=True))


def _line(each: Series, *frame: float) -> str:
    kept = bucketed(each.values, POINTS)
    where = _place(
        each.axis[kept], each.values[kept], (frame[0], frame[1], frame[2], frame[3], bool(frame[4]))
    )
    (colour, *_), dash = STYLE[each.role]
    dashes = ' stroke-dasharray="5 3"' if dash == "dash" else ""
    points = " ".join(f"{x:g},{y:g}" for x, y in where)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}/>'


def _axes(kept: Sequence[Series], say: Lang) -> str:
    left, right, *_ = _frame(kept)
    top, bottom = (
        number(float(f"{end:.3g}"))
        for end in (max(s.values.max() for s in kept), min(s.values.min() for s in kept))
    )
    base, axis = HEIGHT - BOTTOM, AXES[kept[0].axis_name](say)
    names = " / ".join(dict.fromkeys(texts.run.ROLE[each.role](say) for each in kept))
    return (
        f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}" class="axis"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 8}" text-anchor="end">{top}</text>'
        f'<text x="{LEFT - 4}" y="{base}" text-anchor="end">{bottom}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{number(left)}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{axis} {number(right)}</text>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">{safe(names)}</text>'
    )


def _lost(losses: Sequence[Series], kept: Sequence[Series]) -> str:
    """Mark along the upper edge where values are no numbers; marks on the same pixel are one."""
    left, right, *_ = _frame(kept)
    at = np.concatenate([each.axis[~np.isfinite(each.values)] for each in losses])
    share = (np.clip(at, left, right) - left) / ((right - left) or 1.0)
    pixels = np.unique((LEFT + share * (WIDTH - LEFT - RIGHT)).round())
    return "".join(
        f'<text x="{x:g}" y="{TOP + 6}" text-anchor="middle" class="lost">×</text>' for x in pixels.tolist()
    )
