"""What is wrong with an input object, or with what the container answers for it."""

from __future__ import annotations


class TransformError(ValueError):
    """An object that cannot be transformed; the text is for the job's data log."""


TOO_LARGE = "Too much data for max payload size"
"""Seen in data logs, for a record that is larger than MaxPayloadInMB."""

NOT_PARSED = {
    "output": "Failed to parse output from the algorithm as {}",
    "input": "Failed to parse input as {}",
}
"""The first was seen in data logs, with `CSV`."""

NOT_JOINED = "Fail to join data: mismatched line count between the input and the output"
"""The container has not answered with one record for each of the request."""
