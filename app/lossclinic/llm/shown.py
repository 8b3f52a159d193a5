"""What is sent to a language model, as a person reads it before it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.llm.digest import Digest
    from lossclinic.llm.thinned import Thinned

STAYS = Text(
    "This is all that is sent. The log itself, its name and its rows stay on this machine.",
    "发送的内容全在这里。日志原文、文件名和逐行数据都留在本机。",
)
WORDS = Text("Your words", "你的描述")
OBSERVED = Text("What was observed", "观察到的情况")
CURVES = Text("The curves, thinned", "抽稀后的曲线")
CONFIGURATION = Text("Configuration", "训练配置")
CAUSES = Text("Leading causes, with extracts of their pages", "目前最可能的原因，附页面摘录")
OTHERS = Text(
    "The names of the {} other causes, and code of the pages", "其余 {} 个原因的名称，以及页面里的代码"
)
PASSAGES = Text("Passages of your documents", "你文档中的段落")
POINTS = Text("{} of {} values", "{1} 个值中的 {0} 个")


def shown(digest: Digest) -> str:
    """Return everything that a digest holds, in its language; the knowledge base's own text is named, not repeated."""
    say = digest.lang
    parts = [STAYS(say)]
    if digest.words:
        parts.append(_part(WORDS, say, [digest.words]))
    parts.append(_part(OBSERVED, say, [f"{each.id}  {each.text}" for each in digest.observations]))
    parts.append(_part(CURVES, say, [line for each in digest.curves for line in _curve(each, say)]))
    facts = [f"{name} = {value}" for name, value in digest.configuration.items()]
    parts.append(_part(CONFIGURATION, say, facts))
    causes = [f"{each.id}  {each.title}, {each.probability} %" for each in digest.causes]
    parts.append(_part(CAUSES, say, causes))
    parts.append(_part(PASSAGES, say, [f"{each.file}: {each.text}" for each in digest.passages]))
    if digest.others:
        parts.append(OTHERS(say).format(len(digest.others)))
    return "\n\n".join(part for part in parts if part)


def _part(title: Text, say: Lang, lines: list[str]) -> str:
    return "\n".join([title(say), *(f"  {line}" for line in lines)]) if lines else ""


def _curve(each: Thinned, say: Lang) -> list[str]:
    points = " ".join(f"{place:g}:{value}" for place, value in each.points)
    many = POINTS(say).format(len(each.points), each.logged)
    return [f"{each.name} ({each.role}, {each.axis}, {many})", f"  {points}"]
