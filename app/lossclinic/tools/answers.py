"""What each tool answers: plain data, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossclinic.diagnosis import Diagnosis
from lossclinic.render import as_dict
from lossclinic.tools.arguments import (
    CaseArguments,
    CauseArguments,
    CheckArguments,
    LogArguments,
    SearchArguments,
)
from lossclinic.tools.files import log_of
from lossclinic.tools.knowledge import search
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic

_NO_LOG = Text(
    "no log was given: put its text into log (or its bytes in Base64 into file); for words alone there is "
    "diagnose_description",
    "没有给日志：请把日志文本放进 log（或把文件的 Base64 放进 file）；只有文字描述时请用 diagnose_description",
)
_NOTHING = Text(
    "nothing to look at: give a description, a log, or both", "没有可看的内容：请给出描述、日志，或两者都给"
)


def diagnose_log(clinic: Clinic, given: LogArguments, root: Path | None) -> dict[str, Any]:
    """Return the diagnosis of a log, and of words where there are some.

    Raises:
        InputError: There is no log, or something beside it cannot be used.
        UnreadableLog: No reader can use it.
    """
    source, name = log_of(given, root)
    if source is None:
        raise InputError(_NO_LOG)
    return _told(_diagnosed(clinic, given, source, name), given)


def diagnose_training(clinic: Clinic, given: LogArguments, root: Path | None) -> dict[str, Any]:
    """Return the diagnosis of a log, of words, or of both.

    Raises:
        InputError: Neither was given, or something cannot be used.
        UnreadableLog: No reader can use the log.
    """
    return _told(_of_any(clinic, given, root), given)


def diagnose_description(clinic: Clinic, given: CaseArguments, root: Path | None) -> dict[str, Any]:  # noqa: ARG001
    """Return the diagnosis of words alone.

    Raises:
        InputError: A fact, check or outcome is unknown.
    """
    return _told(_diagnosed(clinic, given, None, ""), given)


def next_check(clinic: Clinic, given: CheckArguments, root: Path | None) -> dict[str, Any]:
    """Return the check worth making now, with how probable the leading causes are so far.

    Raises:
        InputError: Nothing was given, or something cannot be used.
        UnreadableLog: No reader can use the log.
    """
    made = _of_any(clinic, given, root)
    for check in given.later:
        _known_check(check)
        made = made.later(check)
    return {
        "lang": made.lang,
        "status": made.status,
        "next_check": None if made.next_check is None else asdict(made.next_check),
        "causes": [
            {"id": cause.id, "title": cause.title, "probability": round(cause.probability, 4)}
            for cause in made.causes
        ],
        "twins": [list(group) for group in made.twins],
    }


def search_knowledge(clinic: Clinic, given: SearchArguments, root: Path | None) -> dict[str, Any]:  # noqa: ARG001
    """Return the pages, and passages where asked, that are about the query."""
    found = search(
        clinic,
        given.query,
        kinds=given.kinds,
        documents=given.documents,
        limit=given.limit,
        lang=given.spoken(),
    )
    return {"lang": given.spoken(), "results": [asdict(each) for each in found]}


def get_cause(clinic: Clinic, given: CauseArguments, root: Path | None) -> dict[str, Any]:  # noqa: ARG001
    """Return the page of a cause: article, code in every framework, symptoms, twins, checks, sources.

    Raises:
        InputError: There is no such cause.
    """
    from lossclinic_kb.causes import load_cause
    from lossclinic_kb.causes.cause import HEADINGS
    from lossclinic_kb.causes.registry import CAUSES
    from lossclinic_kb.checks import load_checks

    say = given.spoken()
    if given.id not in CAUSES:
        near = ", ".join(get_close_matches(given.id, CAUSES, 3))
        hint = Text(f"; close to it: {near}", f"；相近的有：{near}") if near else Text("", "")
        raise InputError(
            Text(
                f"no cause is called {given.id!r}{hint.en}; search_knowledge finds ids",
                f"没有叫 {given.id!r} 的病因{hint.zh}；用 search_knowledge 可以查到 id",
            )
        )
    cause = load_cause(given.id)
    checks = [
        check.id
        for check in load_checks().values()
        if any(cause.id in outcome.says for outcome in check.outcomes)
    ]
    sections = cause.articles[say].sections
    return {
        "id": cause.id,
        "lang": say,
        "title": cause.title(say),
        "confidence": cause.confidence,
        "article": {heading: sections[name] for heading, name in HEADINGS[say].items()},
        "code": [
            {
                "title": snippet.title(say),
                "framework": snippet.framework,
                "fix": snippet.is_fix,
                "code": snippet.code,
            }
            for snippet in cause.snippets
        ],
        "symptoms": dict(cause.symptoms),
        "twins": list(cause.twins),
        "related": list(cause.related),
        "checks": checks,
        "sources": [asdict(source) for source in cause.sources],
    }


def _of_any(clinic: Clinic, given: LogArguments, root: Path | None) -> Diagnosis:
    """Return the diagnosis of a log, of words, or of both; errors as for `diagnose_training`."""
    source, name = log_of(given, root)
    if source is None and not given.description.strip():
        raise InputError(_NOTHING)
    return _diagnosed(clinic, given, source, name)


def _diagnosed(clinic: Clinic, given: CaseArguments, source: bytes | Path | None, name: str) -> Diagnosis:
    """Return the diagnosis of what was given, answers to checks included.

    Raises:
        InputError: A fact, column, run, check or outcome is unknown.
        UnreadableLog: No reader can use the log.
    """
    of_log: dict[str, Any] = (
        {"roles": given.roles or None, "run": given.run or None} if isinstance(given, LogArguments) else {}
    )
    made = clinic.diagnose(
        source,
        describe=given.description.strip() or None,
        config=given.config,
        lang=given.spoken(),
        name=name,
        consult=False,  # whoever calls the tool is a language model already
        **of_log,
    )
    for check, outcome in given.answers.items():
        _known_check(check)
        made = made.answer(check, outcome)
    return made


def _known_check(check: str) -> None:
    """Return where there is such a check.

    Raises:
        InputError: There is none.
    """
    from lossclinic_kb.checks import load_checks

    if check not in load_checks():
        raise InputError(
            Text(
                f"no check is called {check!r}; next_check names the check worth making",
                f"没有叫 {check!r} 的检查；next_check 会给出值得做的检查",
            )
        )


def _told(made: Diagnosis, given: CaseArguments) -> dict[str, Any]:
    """Return a diagnosis by the published schema, with the code of one framework; PyTorch where that has none."""
    data = as_dict(made)
    for cause in data["causes"]:
        own = [fix for fix in cause["fixes"] if fix["framework"] == given.framework]
        cause["fixes"] = own or [fix for fix in cause["fixes"] if fix["framework"] == "pytorch"]
    return data
