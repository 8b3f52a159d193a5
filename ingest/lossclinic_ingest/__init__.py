"""Turning files into knowledge and runs: log readers, encoders, documents, the index."""
