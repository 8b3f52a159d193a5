"""The decisive attacks in a real browser: a script that ran would have set `window.__pwned`, or opened a dialogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.abuse.payloads import MARKUP, RUN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WAIT = 60_000  # milliseconds; two busy cores
IMAGE = f"<img src=x onerror={RUN}>"
ROWS = 40
Attack = Callable[["Page", str, Path], None]


def unharmed(page: Page) -> None:
    """Demand that no script of a stranger ran, and that none waits to be pressed or loaded."""
    page.wait_for_timeout(300)
    assert page.evaluate("window.__pwned") is None, "a script ran"
    waiting = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter((each) =>
            each.tagName === 'IMG' && each.getAttribute('src') === 'x'
            || [...each.attributes].some((a) => a.value.includes('attacker.example') && a.name !== 'value' && !a.name.startsWith('aria')
                && !a.name.startsWith('data-') || a.name.startsWith('on') && a.value.includes('__pwned')
                || ['href', 'src', 'srcdoc', 'action', 'xlink:href', 'data'].includes(a.name)
                    && /^\\s*(javascript|data:text|vbscript)/i.test(a.value)))
            .map((each) => each.outerHTML.slice(0, 200))"""
    )
    assert waiting == [], waiting


def hostile_log() -> str:
    """Return a CSV log that diverges, its columns called by every payload that fits a cell."""
    names = [text.replace('"', '""') for text in MARKUP.values()][:24]
    head = ",".join(["step", "train_loss", "val_loss", *(f'"{name} loss"' for name in names)])
    rows = (
        ",".join(
            [str(step), *(f"{2.3 * (1.2 + 0.001 * place) ** step:.5f}" for place in range(len(names) + 2))]
        )
        for step in range(ROWS)
    )
    return "\n".join([head, *rows]) + "\n"


def _drop(page: Page, path: Path) -> None:
    page.locator("#lc-box input[type=file]").set_input_files(path)
    page.get_by_role("listitem", name="File thumbnail").first.wait_for(timeout=WAIT)
    page.get_by_test_id("textbox").first.press("Enter")
    page.locator(".lc-card").first.wait_for(timeout=WAIT)


def dropped_log(page: Page, address: str, folder: Path) -> None:
    """Names of a file and of its columns, in the chat, on the cards, on the curve, in the lists, in both languages."""
    path = folder / f"{IMAGE}.csv"
    path.write_text(hostile_log(), encoding="utf-8")
    page.goto(address)
    _drop(page, path)
    plot = page.locator("#lc-plot .js-plotly-plot")
    plot.wait_for(timeout=WAIT)
    unharmed(page)
    box = plot.bounding_box()
    assert box is not None
    for part in (0.3, 0.6, 0.9):  # what hovers is drawn only then
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + 100)
        page.wait_for_timeout(200)
    unharmed(page)
    page.locator("#lc-roles button").first.click()
    page.locator("#lc-roles input").first.click()
    unharmed(page)
    page.keyboard.press("Escape")
    page.get_by_label("中文").check()
    page.locator(".lc-card").first.wait_for(timeout=WAIT)
    unharmed(page)


def questions(page: Page, address: str, _: Path) -> None:
    """Sentences that are markup, said, answered, and kept."""
    page.goto(address)
    for text in (
        IMAGE,
        MARKUP["out of an attribute"],
        MARKUP["Markdown link"],
        MARKUP["TeX"],
        MARKUP["template of a page"],
    ):
        box = page.get_by_test_id("textbox").first
        box.fill(f"the loss is nan after a few steps {text}")
        box.press("Enter")
        page.locator(".lc-card").first.wait_for(timeout=WAIT)
        page.locator("#lc-chat .user").last.wait_for(timeout=WAIT)
        unharmed(page)
    page.reload()
    page.locator(".lc-shelf summary").wait_for(timeout=WAIT)
    unharmed(page)


def kept_conversation(page: Page, address: str, folder: Path) -> None:
    """A conversation that somebody exported, with markup at every place, and one whose error repeats it."""
    run = {"format": IMAGE, "source": IMAGE, "name": IMAGE, "others": [IMAGE, "b"], "notes": [[IMAGE, IMAGE]], "config": {"optimizer": IMAGE}}  # fmt: skip
    values = [2.3 * 1.2**step for step in range(ROWS)]
    series = [
        {"name": f"{text} loss", "role": "train_loss", "values": values} for text in list(MARKUP.values())[:6]
    ]
    turn = {
        "kind": "say",
        "what": {"text": IMAGE},
        "said": [IMAGE, IMAGE],
        "log": [{**run, "series": series}],
    }
    fact = {"kind": "fact", "what": {"name": IMAGE, "value": IMAGE}, "said": [IMAGE, IMAGE]}
    good = {"lossclinic": 1, "id": IMAGE, "title": IMAGE, "turns": [turn, fact]}
    page.goto(address)
    chooser = page.locator(".lc-shelf input[type=file]")
    for number, data in enumerate(
        (
            {"lossclinic": IMAGE},
            {"lossclinic": 1, "turns": [{"said": [1, 2], "kind": IMAGE}], "title": ""},
            good,
        )
    ):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        chooser.wait_for(state="attached", timeout=WAIT)
        chooser.set_input_files(path)
        page.wait_for_timeout(1500)
        unharmed(page)
    page.locator("#lc-chat .user").first.wait_for(timeout=WAIT)
    unharmed(page)


def addresses(page: Page, address: str, _: Path) -> None:
    """What stands in an address or is searched for."""
    for query in (
        f"?view=knowledge&cause={IMAGE}", f"?view={IMAGE}", f"?view=learn&run={IMAGE}", f"?{IMAGE}={IMAGE}", f"?view=knowledge&guide=../../{IMAGE}",
        "?__theme=<script>window.__pwned=1</script>", "?view=knowledge&term=__proto__",
    ):  # fmt: skip
        page.goto(f"{address}/{query}")
        page.locator("#lc-pages [role=tab]").first.wait_for(timeout=WAIT)
        unharmed(page)
    page.goto(f"{address}/?view=knowledge")
    page.locator("#lc-search input, #lc-search textarea").first.fill(IMAGE)
    page.get_by_text("onerror").first.wait_for(timeout=WAIT)
    unharmed(page)


def report(page: Page, _: str, folder: Path) -> None:
    """The report as a page of its own, with its plot, its legend and what hovers over it."""
    from benchmarks.abuse.subject import hostile_case
    from lossclinic.report import html_page

    path = folder / "report.html"
    page.goto("about:blank")
    for text in (
        IMAGE,
        MARKUP["script that ends another"],
        MARKUP["link"],
        MARKUP["TeX"],
        MARKUP["Markdown link"],
    ):
        path.write_text(html_page([hostile_case(text)]), encoding="utf-8")
        page.set_content(path.read_text(encoding="utf-8"))
        plot = page.locator(".js-plotly-plot").first
        plot.wait_for(timeout=WAIT)
        box = plot.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
        unharmed(page)
        page.locator(".legendtoggle").first.click(force=True)
        unharmed(page)


def documents(page: Page, address: str, folder: Path) -> None:
    """A document whose name, title and text are markup: listed, found, quoted."""
    path = folder / f"{IMAGE}.md"
    body = "\n\n".join(f"The loss turns NaN on gpu seventeen. {text}" for text in MARKUP.values())
    path.write_text(f"# {IMAGE}\n\nThe loss turns NaN on gpu seventeen.\n\n{body}\n", encoding="utf-8")
    page.goto(f"{address}/?view=documents")
    page.locator("#lc-add-documents input[type=file]").set_input_files(path)
    page.locator("#lc-documents td").first.wait_for(timeout=WAIT)
    unharmed(page)
    page.goto(address)
    box = page.get_by_test_id("textbox").first
    box.fill("the loss turns NaN on gpu seventeen")
    box.press("Enter")
    page.locator(".lc-documents").first.wait_for(timeout=WAIT)
    unharmed(page)


ATTACKS: dict[str, Attack] = {
    "a dropped log": dropped_log,
    "questions": questions,
    "a conversation of somebody else": kept_conversation,
    "addresses": addresses,
    "a report": report,
    "own documents": documents,
}
"""Every attack by name: page, address of the chat, a folder to write into."""


def attempt(name: str, browser: Browser, address: str, folder: Path) -> None:
    """Try one attack in a context of its own that reaches nothing but the chat."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    dialogues: list[str] = []
    outside: list[str] = []

    def route(request: Any) -> None:
        if request.request.url.startswith((address, "data:", "blob:", "about:")):
            request.continue_()
        else:
            outside.append(request.request.url)
            request.abort()

    context.route("**/*", route)
    page = context.new_page()
    page.on("dialog", lambda dialogue: (dialogues.append(dialogue.message), dialogue.dismiss()))
    try:
        ATTACKS[name](page, address, folder)
        assert dialogues == []
        assert outside == []
    finally:
        context.close()
