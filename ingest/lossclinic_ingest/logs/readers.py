"""Every reader, by id. A new format is one module and one line here."""

from __future__ import annotations

from lossclinic_ingest.logs import generic_csv, hf_trainer_state, keras_csv, lightning_csv
from lossclinic_ingest.logs.reader import Reader

READERS: dict[str, Reader] = {
    keras_csv.ID: keras_csv,
    lightning_csv.ID: lightning_csv,
    hf_trainer_state.ID: hf_trainer_state,
    generic_csv.ID: generic_csv,
}
