"""Turning text into vectors, on CPU, CUDA or MPS."""

from lossclinic_ingest.encoders.encoder import Encoder, Progress
from lossclinic_ingest.encoders.minilm import model_folder
from lossclinic_ingest.encoders.sentence import SentenceEncoder

__all__ = ["Encoder", "Progress", "SentenceEncoder", "model_folder"]
