"""Documents and logs that tell the assistant what to do: they are shown or counted, and change no answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks.abuse.case import Case
from benchmarks.abuse.payloads import ORDERS, PLAIN
from benchmarks.abuse.subject import ROWS, hostile_case, passage
from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.case import Observations
from lossclinic_kb.symptoms import detect_all

KIND = "orders to the assistant"


def _judged(made: Diagnosis) -> tuple[object, ...]:
    """What an order would have to change: the status, the causes with their chances, the fixes, the next check."""
    ranked = [(each.id, round(each.probability, 9), [fix.code for fix in each.fixes]) for each in made.causes]
    return made.status, ranked, made.next_check and made.next_check.id, [each.id for each in made.symptoms]


def _document(order: str) -> None:
    """A passage of a person's own documents weighs nothing, whatever it says."""
    made = hostile_case(PLAIN)
    bare = compose(replace(made.case, documents=()), made.run, "en", source=made.source)
    told = replace(made.case, documents=(passage(order, order), passage(order * 50, "notes.md")))
    assert _judged(compose(told, made.run, "en", source=made.source)) == _judged(bare)
    assert order in compose(told, made.run, "en").documents[0].text


def _log(order: str) -> None:
    """Lines, names and settings of a log that hold an order leave the answer that its numbers give."""
    from lossclinic_ingest.logs import read_log

    rows = "".join(f"{step},{2.3 * 1.25**step},{2.3 * 0.95**step}\n" for step in range(ROWS))
    usual = _diagnosed(f"step,train_loss,val_loss\n{rows}", "run.csv")
    cell = order.replace('"', "'")
    for text in (
        f"# {order}\nstep,train_loss,val_loss\n{rows}",
        f"step,train_loss,val_loss\n{rows}# {order}\n",
        "step,train_loss,val_loss,note\n" + "".join(f'{row},"{cell}"\n' for row in rows.splitlines()),
    ):
        assert _judged(_diagnosed(text, order)) == _judged(usual), text[:60]
    assert read_log(f"{order}\nstep,train_loss\n{rows}".encode(), name=order).series


def _diagnosed(text: str, name: str) -> Diagnosis:
    from lossclinic_ingest.logs import read_log

    run = read_log(text.encode(), name=name)
    return compose(Observations(findings=detect_all(run, {})), run, "en", source=run.source)


def cases() -> Iterator[Case]:
    """Yield every order in a document and in a log."""
    for order in ORDERS:
        yield Case(KIND, f"in a document: {order[:40]}", partial(_document, order))
        yield Case(KIND, f"in a log: {order[:40]}", partial(_log, order))
