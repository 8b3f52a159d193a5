"""The two functions most people need, over one clinic that is opened on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from lossclinic.clinic import Clinic
from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.run import Role
from lossclinic_kb.text import Lang

__version__ = "0.1.0"


@cache
def shared_clinic() -> Clinic:
    """Return the clinic that `diagnose` and `ask` use."""
    return Clinic()


def diagnose(
    source: Any = None,
    *,
    describe: str | None = None,
    config: Mapping[str, object] | None = None,
    roles: Mapping[str, Role] | None = None,
    run: str | None = None,
    lang: Lang | Literal["auto"] = "auto",
) -> Diagnosis:
    """Diagnose a training log, a description, or both; see `Clinic.diagnose`.

    Args:
        source: Path of a file, folder or archive, several paths, bytes, open file, text of a log, DataFrame or mapping
            of lists; None for words alone.
        describe: What you see, in English or Chinese.
        config: Facts such as {"optimizer": "adam", "lr": 3e-4, "classes": 10}.
        roles: Column name to role, where the guess from its name is wrong.
        run: Which run to take where the source holds several; the longest by default.
        lang: Language of the answer; "auto" follows `describe`.

    Raises:
        UnreadableLog: No reader can use the source.
        InputError: Nothing was given, or an unknown fact, column or run.
    """
    return shared_clinic().diagnose(source, describe=describe, config=config, roles=roles, run=run, lang=lang)


def ask(text: str, *, lang: Lang | Literal["auto"] = "auto") -> Diagnosis:
    """Diagnose from a description alone; see `Clinic.ask`.

    Raises:
        InputError: The text is empty.
    """
    return shared_clinic().ask(text, lang=lang)
