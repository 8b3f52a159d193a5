"""How evidence names places on a curve, in both languages."""

from __future__ import annotations

import re

from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.text import Text, number


def place(curve: Curve, index: int) -> Text:
    """Return where entry `index` of `curve` is: "step 310", "第 310 步"."""
    return place_at(curve.unit, float(curve.x[index]))


def place_at(unit: str, x: float) -> Text:
    """Return the name of position `x` on an axis that counts `unit`s ("step", "epoch" or "row")."""
    shown = f"{x:.0f}" if x == round(x) else f"{x:.2f}"
    counter = {"step": "步", "epoch": "个 epoch", "row": "行"}[unit]
    return Text(f"{unit} {shown}", f"第 {shown} {counter}")


def span(curve: Curve, first: int, last: int) -> Text:
    """Return the stretch between two entries: "from step 310 to step 480", "从第 310 步到第 480 步"."""
    begin, end = place(curve, first), place(curve, last)
    return Text(f"from {begin.en} to {end.en}", f"从{begin.zh}到{end.zh}")


def stays(lowest: float, highest: float) -> Text:
    """Return where a curve stays: "stays at 0.5", "stays between 0.5 and 0.6"."""
    low, high = number(lowest), number(highest)
    if low == high:
        return Text(f"stays at {low}", f"一直是 {low}")
    return Text(f"stays between {low} and {high}", f"一直在 {low} 和 {high} 之间")


def report(
    symptom: str,
    curve: Curve,
    first: int,
    last: int,
    evidence: Text,
    /,
    *,
    strength: float = 1.0,
    **numbers: float,
) -> Finding:
    """Return the finding that `symptom` shows on `curve` between entries `first` and `last`."""
    where = (float(curve.x[first]), float(curve.x[last]))
    return Finding(symptom, "present", spaced(evidence), where, curve.name, strength, numbers)


def spaced(text: Text) -> Text:
    """Return `text` with the space that Chinese typography wants between "epoch" and a Chinese character."""
    return Text(text.en, re.sub("epoch(?=[\u4e00-\u9fff])", "epoch ", text.zh))
