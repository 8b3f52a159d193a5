"""Benchmarks: each prints a table with a ratio against a named peer or limit, measured in the same run."""
