"""The sentence a person would say: what is most likely, why, what to do first."""

from __future__ import annotations

from collections.abc import Sequence

from lossclinic.diagnosis import NextCheck, RankedCause, Symptom
from lossclinic.messages import read_between
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import Ranking
from lossclinic_kb.reading import load_statements
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
    "This does not sound like a training run in trouble.\nTell me what you see (for example “val loss climbs from "
    "epoch 5 while train loss keeps falling”), or drop the training log.",
    "这听起来不像是训练出了问题。\n说说你看到的现象（例如“验证 loss 从第 5 个 epoch 开始上升，训练 loss 还在降”），或者把训练日志拖进来。",
)


NOTHING_TO_JUDGE = Text(
    "This log holds next to nothing that can be judged: no column is known to be a loss or an accuracy, or it has too few "
    "points.\nSay which column is what (in the chat under the curve; elsewhere --map COLUMN=train_loss), give a longer log, or describe what you see.",
    "这份日志里几乎没有可以判断的内容：没有哪一列能确定是 loss 或准确率，或者点数太少。\n请说明各列是什么（网页里在曲线下方改，命令行用 --map 列名=train_loss）、"
    "换一份更长的日志，或者直接描述现象。",
)


def in_words(probability: float, lang: Lang) -> str:
    """Return a probability as a person would say it."""
    return next(text for floor, text in _CHANCE if probability >= floor)(lang)


def percent(probability: float) -> str:
    """Return a probability as a whole percentage that is never 0 or 100."""
    return f"{min(99, max(1, round(100 * probability)))} %"


def summarise(
    case: Observations,
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
    if case.silent:
        return NOTHING_TO_JUDGE(lang)
    if ranking.status == "healthy":
        return _healthy(case, run, symptoms, lang)
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


def _healthy(case: Observations, run: Run | None, symptoms: Sequence[Symptom], lang: Lang) -> str:
    looked = ", ".join(plain_name(s.name) for s in run.series if s.role != "other") if run else ""
    seen = "; ".join(symptom.evidence for symptom in symptoms)
    parts = [
        Text(f"Nothing looks wrong in this run ({looked}).", f"这次训练没有看出问题（{looked}）。"),
        Text(
            f"{case.judged} of {len(case.findings)} symptoms can be judged from this log.",
            f"这份日志能判断 {len(case.findings)} 种症状里的 {case.judged} 种。",
        ),
    ]
    if run is not None and run.messages is not None:
        parts.append(read_between(case))
    if seen:
        parts.append(Text(f"Seen, but ordinary: {seen}.", f"看到但属正常：{seen}。"))
    parts.append(
        Text("If something still bothers you, say what it is.", "如果还有让你不放心的地方，直接说。")
    )
    first, *rest = (part(lang) for part in parts)
    return f"{first}\n{('' if lang == 'zh' else ' ').join(rest)}"


def said_line(statement: str, case: Observations) -> Text:
    """Return the line of evidence for something that the person said, in the person's words."""
    quote = next(said.quote for said in case.said if said.statement == statement)
    title = load_statements()[statement].title
    return Text(f"You say “{quote}”: {title.en}", f"你提到“{quote}”：{title.zh}")


def plain_name(name: str) -> str:
    """Return a column name short enough for a sentence."""
    return name if len(name) <= 40 else f"{name[:37]}..."
