"""The knowledge base in the terminal: causes and guides, their lists and the page of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lossclinic_kb.causes import Profile, Source, load_cause, load_profiles
from lossclinic_kb.causes.cause import HEADINGS
from lossclinic_kb.guides import load_guide, load_guides
from lossclinic_kb.text import Lang, Text

FAMILIES = {
    "optimisation": Text("Optimisation", "优化"),
    "update_path": Text("Update path", "参数更新路径"),
    "numerics": Text("Numerics", "数值"),
    "architecture": Text("Architecture", "网络结构"),
    "loss": Text("Loss", "损失函数"),
    "data": Text("Data", "数据"),
    "generalisation": Text("Generalisation", "泛化"),
    "evaluation": Text("Evaluation", "评估"),
    "state": Text("State and set-up", "状态与环境"),
    "generative": Text("Generative models", "生成模型"),
    "normal": Text("Nothing wrong", "属正常现象"),
}
"""The families of causes, in the order in which they are listed."""


def by_family() -> list[tuple[str, list[Profile]]]:
    """Return (family id, its causes) in the order of the registry."""
    return [
        (family, list(group)) for family, group in groupby(load_profiles().values(), lambda each: each.family)
    ]


def cause_list(lang: Lang) -> str:
    """Return every cause, one line each, under its family."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for family, causes in by_family():
        table.add_row(f"[bold]{FAMILIES[family](lang)}[/bold]")
        for cause in causes:
            table.add_row(f"  {cause.id}", cause.title(lang), f"[dim]{cause.confidence}[/dim]")
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get().rstrip()


def cause_markdown(cause_id: str, lang: Lang) -> str:
    """Return the page of a cause as Markdown: sections, code, sources, related causes.

    Raises:
        InputError: No such cause.
    """
    cause = load_cause(cause_id)
    titles = load_profiles()
    parts = [f"# {cause.title(lang)}", f"`{cause.id}` · {cause.confidence}"]
    parts += [
        f"## {heading}\n\n{cause.articles[lang].sections[name]}" for heading, name in HEADINGS[lang].items()
    ]
    related = [titles[each].title(lang) for each in (*cause.twins, *cause.related) if each in titles]
    if related:
        parts.append(f"**{Text('See also', '另见')(lang)}:** {', '.join(dict.fromkeys(related))}")
    parts.append(_sources(cause.sources, lang))
    return "\n\n".join(parts)


def cause_page(cause_id: str, lang: Lang) -> str:
    """Return the page of a cause, laid out for the terminal.

    Raises:
        InputError: No such cause.
    """
    return _laid_out(cause_markdown(cause_id, lang))


def guide_list(lang: Lang) -> str:
    """Return every guide, with a sentence on what it tells."""
    return "\n".join(
        f"{guide.id}\n  {guide.title(lang)}\n  {guide.summary(lang)}\n" for guide in load_guides().values()
    ).rstrip()


def guide_markdown(guide_id: str, lang: Lang) -> str:
    """Return a guide as Markdown: text, code, the causes that it helps to understand, sources.

    Raises:
        InputError: No such guide.
    """
    guide, titles = load_guide(guide_id), load_profiles()
    parts = [f"# {guide.title(lang)}", guide.summary(lang), guide.pages[lang]]
    if guide.causes:
        listed = ", ".join(f"{titles[each].title(lang)} (`{each}`)" for each in guide.causes)
        parts.append(f"**{Text('Causes', '相关病因')(lang)}:** {listed}")
    parts.append(_sources(guide.sources, lang))
    return "\n\n".join(parts)


def guide_page(guide_id: str, lang: Lang) -> str:
    """Return a guide, laid out for the terminal.

    Raises:
        InputError: No such guide.
    """
    return _laid_out(guide_markdown(guide_id, lang))


def _sources(sources: Sequence[Source], lang: Lang) -> str:
    listed = "; ".join(f"[{source.title}]({source.url})" for source in sources)
    return f"**{Text('Sources', '来源')(lang)}:** {listed}"


def _laid_out(markdown: str) -> str:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.capture() as captured:
        console.print(Markdown(markdown))
    return captured.get().rstrip()
