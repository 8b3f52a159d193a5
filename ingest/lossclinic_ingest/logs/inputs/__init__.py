"""From what a person hands over to documents: paths, bytes, folders, archives, encodings."""
