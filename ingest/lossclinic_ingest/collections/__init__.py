"""People's own documents: collections on disk, how they are made, and how they are searched."""
