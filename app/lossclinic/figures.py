"""The figures of the guides as recorded: some take many seconds of training to draw.

`python -m lossclinic.figures` draws what is not recorded yet (`--guide ID`: that one anew).
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from lossclinic_kb.text import LANGUAGES, Lang

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FOLDER = Path(__file__).parent / "recordings" / "figures"
TITLE = 40  # characters in a line of a title: what a phone shows
BELOW = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0}
"""The legend under the figure: beside it, on a phone, it would leave no room for the curves."""


@cache
def recorded_figure(guide: str, lang: Lang) -> Figure | None:
    """Return the figure of a guide; None where it has none."""
    from plotly.graph_objects import Figure

    path = _path(guide, lang)
    if not path.exists():
        return None
    clear = "rgba(0,0,0,0)"  # whatever is behind it, light or dark
    made = Figure(json.loads(gzip.decompress(path.read_bytes())))
    made.update_layout(template="plotly_white", paper_bgcolor=clear, plot_bgcolor=clear)
    title = {"text": "<br>".join(wrap(made.layout.title.text or "", TITLE)), "font": {"size": 15}}
    return made.update_layout(title=title, legend=BELOW, margin={"l": 60, "r": 16, "b": 110})


def record_figure(guide: str, lang: Lang) -> bool:
    """Draw the figure of a guide and write it down; False where it has none."""
    from lossclinic_kb.guides import load_figure

    made = load_figure(guide, lang)
    if made is None:
        return False
    plain = json.loads(made.to_json())
    plain["layout"].pop("template", None)
    path = _path(guide, lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(plain, separators=(",", ":")).encode(), mtime=0))
    return True


def _path(guide: str, lang: Lang) -> Path:
    return FOLDER / f"{guide}.{lang}.json.gz"


@click.command()
@click.option("--guide", "guides", multiple=True, help="Draw this one anew; may be given several times.")
def main(guides: tuple[str, ...]) -> None:
    """Draw and record what is not recorded yet."""
    from lossclinic_kb.guides import GUIDES

    for guide in GUIDES:
        for lang in LANGUAGES:
            if guide in guides or (not guides and not _path(guide, lang).exists()):
                click.echo(
                    f"{guide}, {lang}: {'recorded' if record_figure(guide, lang) else 'has no figure'}"
                )


if __name__ == "__main__":
    main()
