"""Benchmarks, each beside its peers in one process: ``python -m benchmarks``."""
