"""Every reader, by id, which is the name of its module. A new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Literal, cast

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.inputs.plain import is_plain_table
from lossclinic_ingest.logs.reader import Reader
from lossclinic_kb.text import Text

Knows = Literal["tables", "lines", "others"]


class Readers(Mapping[str, Reader]):
    """The readers in the order in which they are preferred; one is imported when it is first asked for.

    Importing all of them, with what they look for compiled, is a quarter of a cold start.
    """

    def __init__(self, knows: Mapping[str, Knows]) -> None:
        """Take what each reader may know: tables with a separator, lines as programs print them, or anything else."""
        self._knows = knows

    def __getitem__(self, format_id: str) -> Reader:
        """Return the module of a reader."""
        if format_id not in self._knows:
            raise KeyError(format_id)
        return cast("Reader", import_module(f"lossclinic_ingest.logs.{format_id}"))

    def __iter__(self) -> Iterator[str]:
        """Return every id."""
        return iter(self._knows)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._knows)

    def __contains__(self, format_id: object) -> bool:
        """Whether there is a reader of this id; none is imported for that."""
        return format_id in self._knows

    def reads_lines(self, format_id: str) -> bool:
        """Whether a log of this format is lines that programs print, so that others may print between them."""
        return self._knows[format_id] == "lines"

    def scores(self, document: Document) -> dict[str, float]:
        """Return how sure readers are of a document; those of what is no table are not asked of one that plainly is."""
        if is_plain_table(document):
            scores = {
                id_: self[id_].sniff(document) for id_, knows in self._knows.items() if knows == "tables"
            }
            if max(scores.values()) > 0:
                return scores
        return {id_: reader.sniff(document) for id_, reader in self.items()}


READERS = Readers(
    {
        "keras_csv": "tables",
        "lightning_csv": "tables",
        "hf_trainer_state": "others",
        "hf_printed": "lines",
        "nanogpt": "lines",
        "megatron": "lines",
        "llamafactory_jsonl": "others",
        "deepspeed_console": "lines",
        "torchtune_disk": "lines",
        "fairseq": "lines",
        "detectron2_metrics": "others",
        "evals_result": "others",
        "wandb_chart_csv": "tables",
        "wandb_history_csv": "tables",
        "mlflow_metric": "others",
        "mlflow_csv": "tables",
        "ultralytics_csv": "tables",
        "yolo_csv": "tables",
        "fastai_csv": "tables",
        "timm_csv": "tables",
        "comet_csv": "tables",
        "aim_csv": "tables",
        "generic_json": "others",
        "keras_history": "others",
        "mmcv_json": "others",
        "mmengine_scalars": "others",
        "wandb_history_json": "others",
        "tensorboard_events": "others",
        "xgboost_console": "lines",
        "lightgbm_console": "lines",
        "catboost": "tables",
        "catboost_console": "lines",
        "keras_console": "lines",
        "detectron2_console": "lines",
        "paddle_console": "lines",
        "mmengine_console": "lines",
        "yolo_console": "lines",
        "trainer_jsonl": "others",
        "tensorboard_csv": "tables",
        "tensorboard_json": "others",
        "visualdl_csv": "tables",
        "visualdl_records": "others",
        "deepspeed_csv": "tables",
        "json_in_text": "lines",
        "plain_text": "lines",
        "generic_csv": "tables",
    }
)

_NOT_FILES = {
    "dataframe": Text("a DataFrame", "DataFrame"),
    "mapping": Text("a mapping of lists", "由列表组成的字典"),
    "lab": Text("a training of the lab", "实验室里的一次训练"),
}


def title_of(format_id: str) -> Text:
    """Return what people call a format; `format_id` is `Run.format`."""
    if format_id in READERS:
        return READERS[format_id].TITLE
    # Somebody else's exported conversation may name a layout that nobody knows.
    return _NOT_FILES.get(format_id, Text(format_id, format_id))
