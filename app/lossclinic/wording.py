"""The sentence a person would say: what is most likely, why, what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic.diagnosis import NextCheck, RankedCause, Symptom
from lossclinic_kb.diagnosis import Ranking
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang, Text

_CHANCE = (
    (0.85, Text("almost certainly", "几乎可以肯定")),
    (0.60, Text("probably", "很可能")),
    (0.35, Text("quite possibly", "比较可能")),
    (0.15, Text("possibly", "有可能")),
    (0.0, Text("less likely", "可能性较小")),
)
"""A probability in words, from its lower end on."""

OFF_TOPIC = Text(
    "This does not sound like a training run in trouble. Tell me what you see (for example “val loss climbs from "
    "epoch 5 while train loss keeps falling”), or drop the training log.",
    "这听起来不像是训练出了问题。说说你看到的现象（例如“验证 loss 从第 5 个 epoch 开始上升，训练 loss 还在降”），或者把训练日志拖进来。",
)


def in_words(probability: float, lang: Lang) -> str:
    """Return a probability as a person would say it."""
    return next(text for floor, text in _CHANCE if probability >= floor)(lang)


def percent(probability: float) -> str:
    """Return a probability as a whole percentage that is never 0 or 100."""
    return f"{min(99, max(1, round(100 * probability)))} %"


def summarise(
    ranking: Ranking,
    causes: Sequence[RankedCause],
    symptoms: Sequence[Symptom],
    check: NextCheck | None,
    run: Run | None,
    lang: Lang,
) -> str:
    """Return the diagnosis in two or three sentences."""
    if ranking.status == "off_topic":
        return OFF_TOPIC(lang)
    if ranking.status == "healthy":
        return _healthy(run, symptoms, lang)
    parts = [_leading(ranking, causes, lang)]
    why = next((line.text for line in causes[0].evidence if line.supports), "")
    if why:
        parts.append(Text(f"What speaks for it: {why}", f"依据：{why}")(lang))
    if check is not None:
        parts.append(Text(f"Check next: {check.question}", f"下一步检查：{check.question}")(lang))
    elif causes[0].fixes:
        parts.append(
            Text(f"Do first: {causes[0].fixes[0].title}.", f"先做：{causes[0].fixes[0].title}。")(lang)
        )
    return "\n".join(parts)


def _leading(ranking: Ranking, causes: Sequence[RankedCause], lang: Lang) -> str:
    names = {cause.id: cause.title for cause in causes}
    first = causes[0]
    chance = percent(first.probability)
    if ranking.status == "undetermined":
        others = [cause.title for cause in causes[:3]]
        return Text(
            f"No cause stands out yet. Closest: {', '.join(others)}.",
            f"目前还没有哪个原因明显突出。最接近的是：{'、'.join(others)}。",
        )(lang)
    group = [names[cause] for cause in ranking.twins[0] if cause in names] if ranking.twins else []
    if len(group) > 1:
        return Text(
            f"Either {' or '.join(group)}: what is known so far does not separate them.",
            f"可能是{'，也可能是'.join(group)}：目前的信息还分不开它们。",
        )(lang)
    words = in_words(first.probability, lang)
    return Text(
        f"{words.capitalize()}: {first.title} ({chance}).", f"{words}是：{first.title}（{chance}）。"
    )(lang)


def _healthy(run: Run | None, symptoms: Sequence[Symptom], lang: Lang) -> str:
    looked = ", ".join(s.name for s in run.series if s.role != "other") if run else ""
    seen = "; ".join(symptom.evidence for symptom in symptoms)
    remark = Text(f" Seen, but ordinary: {seen}", f"看到但属正常：{seen}")(lang) if seen else ""
    return Text(
        f"Nothing looks wrong in this run. Looked at: {looked}.{remark} If something still bothers you, say what it is.",
        f"这次训练没有看出问题。检查了：{looked}。{remark}如果还有让你不放心的地方，直接说。",
    )(lang)
