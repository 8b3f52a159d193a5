"""The knowledge base in the terminal: the list of causes, and the page of one."""

from __future__ import annotations

from itertools import groupby

from lossclinic_kb.causes import Profile, load_cause, load_profiles
from lossclinic_kb.causes.cause import HEADINGS
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
    parts.append(
        f"**{Text('Sources', '来源')(lang)}:** " + "; ".join(f"[{s.title}]({s.url})" for s in cause.sources)
    )
    return "\n\n".join(parts)


def cause_page(cause_id: str, lang: Lang) -> str:
    """Return the page of a cause, laid out for the terminal.

    Raises:
        InputError: No such cause.
    """
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.capture() as captured:
        console.print(Markdown(cause_markdown(cause_id, lang)))
    return captured.get().rstrip()
