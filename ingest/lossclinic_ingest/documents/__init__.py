"""Documents as LangChain knows them: one format per file, and how they are cut into passages."""

from lossclinic_ingest.documents.causes import cause_documents
from lossclinic_ingest.documents.chunk import split_text

__all__ = ["cause_documents", "split_text"]
