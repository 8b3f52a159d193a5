"""People's own documents: how fast they are taken in, which index is taken when, and a question among a million passages.

    python -m benchmarks.documents [--peers PYTHON]     ingest against the bare model and against LangChain
    python -m benchmarks.documents --index 10000 100000 1000000
    python -m benchmarks.documents --question 1000000
    python -m benchmarks.documents --kills 500

LangChain's FAISS.from_documents runs beside the ingest where langchain_community is installed, here or in the interpreter
that `--peers` names; InMemoryVectorStore of its core always does. Where the device multiplies bfloat16 itself the ingest
encodes in it; the bare model is measured as it loads, in float32, and in the precision of the ingest as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
RATE_BAR = 0.95
ROUNDS = 3
OURS, BARE, SAME = "lossclinic ingest, files to index", "bare model.encode", "bare, precision of the ingest"
PASSAGES = 600


def main() -> None:
    """Do what the command line asks for; the ingest where it asks for nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--index", nargs="+", type=int, metavar="N")
    parser.add_argument("--question", type=int, metavar="N")
    parser.add_argument("--kills", type=int, metavar="N")
    parser.add_argument("--passages", type=int, default=PASSAGES, help="passages to ingest")
    given, _ = parser.parse_known_args()
    if given.index or given.question:
        from benchmarks.documents_scale import ask_among, compare_indexes
    if given.index:
        for count in given.index:
            compare_indexes(count)
    elif given.question:
        ask_among(given.question)
    elif given.kills:
        harm = ROOT / "tests" / "ingest" / "documents" / "harm.py"
        subprocess.run([sys.executable, str(harm), str(given.kills), "1"], check=True)
    else:
        here = sys.executable if find_spec("langchain_community") else None
        compare_ingest(given.passages, given.peers or here)


def pages(folder: Path, wanted: int) -> list[str]:
    """Copy pages of the knowledge base into `folder` until they make `wanted` passages; return what is encoded of them."""
    from lossclinic_ingest.documents.formats import read_document
    from lossclinic_ingest.documents.pieces import pieces_of

    texts: list[str] = []
    for path in sorted((ROOT / "kb").rglob("en.md")):
        data = path.read_bytes()
        texts += [piece.read_as for piece in pieces_of(read_document("en.md", data))]
        (folder / f"{'-'.join(path.parts[-3:-1])}.md").write_bytes(data)
        if len(texts) >= wanted:
            break
    return list(dict.fromkeys(texts))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds on the clock and of the processor that `work` takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare_ingest(wanted: int, peers: str | None) -> None:
    """Ingest, encode with the bare model, and let LangChain do it, in turn; processor time does not know the neighbours."""
    from sentence_transformers import SentenceTransformer

    from lossclinic_ingest.collections.ingest import ingest
    from lossclinic_ingest.encoders import SentenceEncoder, model_folder

    encoder = SentenceEncoder()
    own = encoder.model
    bare = SentenceTransformer(str(model_folder()), device=str(own.device), local_files_only=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "pages")
        folder.mkdir()
        texts = pages(folder, wanted)
        rounds = iter(range(ROUNDS))
        works: dict[str, Callable[[], object]] = {
            OURS: lambda: ingest([folder], Path(made, "home", f"round{next(rounds)}"), encoder),
            BARE: lambda: bare.encode(texts, show_progress_bar=False),
            SAME: lambda: own.encode(texts, show_progress_bar=False, convert_to_tensor=True),
            "LangChain InMemoryVectorStore": lambda: in_memory(texts, bare),
        }
        for model in (bare, own):
            model.encode(texts[:64], convert_to_tensor=True)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                times[name].append(timed(work))
        again = timed(lambda: ingest([folder], Path(made, "home", "round0"), encoder))
    precision = str(next(own.parameters()).dtype).removeprefix("torch.")
    print(f"{len(texts)} passages, {own.device}, the ingest in {precision}, {ROUNDS} rounds, medians")
    print(f"{'':38} a second   processor, a second")
    for name, each in times.items():
        wall, cpu = (statistics.median(one) for one in zip(*each, strict=True))
        print(f"{name:38} {len(texts) / wall:8.1f}   {len(texts) / cpu:8.1f}")
    for name in (BARE, SAME):
        pairs = list(zip(times[OURS], times[name], strict=True))
        clock, cpu = (statistics.median(other[at] / ours[at] for ours, other in pairs) for at in (0, 1))
        print(
            f"rate against {name}: {cpu:.2f} of processor time, {clock:.2f} on the clock "
            f"(bar {RATE_BAR}: {'held' if cpu >= RATE_BAR else 'MISSED'})"
        )
    print(f"the same ingest again, nothing changed: {again[0]:.2f} s")
    if peers:
        print(peer(peers, texts))


def in_memory(texts: Sequence[str], model: object) -> object:
    """Do what LangChain's recipe does, with the store that its core has."""
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore

    class Listed(Embeddings):
        """As HuggingFaceEmbeddings: lists of Python floats."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            lists: list[list[float]] = model.encode(texts, show_progress_bar=False).tolist()  # type: ignore[attr-defined]
            return lists

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return InMemoryVectorStore.from_texts(list(texts), Listed())


_PEER = """
import json, statistics, sys, time, warnings
warnings.simplefilter("ignore")
from langchain_core.documents import Document
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings
from sentence_transformers import SentenceTransformer

folder, texts, rounds = json.load(sys.stdin)
model = SentenceTransformer(folder, local_files_only=True)

class Listed(Embeddings):  # what HuggingFaceEmbeddings does
    def embed_documents(self, texts):
        return model.encode([text.replace("\\n", " ") for text in texts], show_progress_bar=False).tolist()
    def embed_query(self, text):
        return self.embed_documents([text])[0]

model.encode(texts[:64])
documents, found = [Document(text) for text in texts], {"FAISS.from_documents": [], "bare": []}
for _ in range(rounds):
    for name, work in (("FAISS.from_documents", lambda: FAISS.from_documents(documents, Listed())),
                       ("bare", lambda: model.encode(texts, show_progress_bar=False))):
        start = time.process_time()
        work()
        found[name].append(time.process_time() - start)
print(json.dumps({name: len(texts) / statistics.median(times) for name, times in found.items()}))
"""


def peer(python: str, texts: Sequence[str]) -> str:
    """Return what LangChain's FAISS.from_documents does in an interpreter that has it, beside the bare model there."""
    from lossclinic_ingest.encoders.minilm import model_folder

    asked = json.dumps([str(model_folder()), list(texts), ROUNDS])
    done = subprocess.run([python, "-c", _PEER], input=asked, capture_output=True, text=True, check=True)
    rates = json.loads(done.stdout.splitlines()[-1])
    ratio = rates["FAISS.from_documents"] / rates["bare"]
    return (
        f"LangChain FAISS.from_documents: {rates['FAISS.from_documents']:.1f} passages a second of processor time, "
        f"{ratio:.2f} of the bare model there ({rates['bare']:.1f}); texts cut already, nothing written to the disk"
    )


if __name__ == "__main__":
    main()
