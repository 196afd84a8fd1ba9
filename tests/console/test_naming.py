"""AWS's names as words."""

from __future__ import annotations

import pytest

from sagemock.console.naming import plural, spaced


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TrainingJobStatus", "Training job status"),
        ("EndpointConfigName", "Endpoint config name"),
        ("S3Uri", "S3 URI"),
        ("ModelDataUrl", "Model data URL"),
    ],
)
def test_names_as_words(name: str, words: str) -> None:
    assert spaced(name) == words


def test_plurals() -> None:
    assert plural("TrainingJob") == "Training jobs"
    assert plural("FeatureMetadata") == "Feature metadata"
