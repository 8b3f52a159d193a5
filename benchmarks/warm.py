"""A question answered by a loaded Clinic, against encoding the same text with the bare model. Bar: p95 within 1.5."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lossclinic_kb.causes import load_causes
from lossclinic_kb.text import LANGUAGES, Lang

if TYPE_CHECKING:
    from lossclinic import Clinic

BAR = 1.5
PER_LANGUAGE = 100


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def milliseconds(work: Callable[[str], object], text: str) -> float:
    """Return how long `work` takes on `text`."""
    start = time.perf_counter()
    work(text)
    return 1000 * (time.perf_counter() - start)


def questions(lang: Lang) -> list[str]:
    """Return first lines of articles and phrases, none of them the same twice: nothing is answered from a cache."""
    found = [cause.articles[lang].first_line for cause in load_causes().values()]
    found += [
        f"{phrase} ({place})"
        for c in load_causes().values()
        for place, phrase in enumerate(c.phrases[lang][:6])
    ]
    return found[:PER_LANGUAGE]


def others(lang: Lang) -> list[str]:
    """Return phrases that are none of `questions`: a clinic that has heard them has compiled what it reads with."""
    return [phrase for cause in load_causes().values() for phrase in cause.phrases[lang][-2:]]


def warm(clinic: Clinic) -> None:
    """Ask what is not measured, until all that is loaded at the first use is loaded."""
    for lang in LANGUAGES:
        for phrase in others(lang):
            clinic.ask(phrase)


def main() -> None:
    """Ask and encode in turn, per language."""
    from sentence_transformers import SentenceTransformer

    import lossclinic
    from lossclinic_ingest.encoders.minilm import model_folder

    clinic = lossclinic.Clinic()
    bare = SentenceTransformer(str(model_folder()), device="cpu")
    warm(clinic)
    bare.encode("warming up")
    print("language   ask p50   ask p95   encode p50   encode p95   ratio of p95")
    for lang in ("en", "zh"):
        asked, encoded = [], []
        for question in questions(lang):
            encoded.append(milliseconds(bare.encode, question))
            asked.append(milliseconds(clinic.ask, question))
        ratio = p95(asked) / p95(encoded)
        print(
            f"{lang:<10} {statistics.median(asked):7.1f} {p95(asked):9.1f} {statistics.median(encoded):12.1f}"
            f" {p95(encoded):12.1f} {ratio:14.2f} (bar {BAR}: {'held' if ratio <= BAR else 'MISSED'})"
        )


if __name__ == "__main__":
    main()
