"""Faults on demand: what a test makes go wrong."""
