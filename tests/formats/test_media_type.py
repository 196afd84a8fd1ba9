from __future__ import annotations

import pytest

from sagemock.formats.media_type import media_type, parameters


@pytest.mark.parametrize(
    ("given", "name", "found"),
    [
        ("text/csv", "text/csv", {}),
        ("Text/CSV; Label_Size=0", "text/csv", {"label_size": "0"}),
        ("text/csv;label_size=1;charset=utf8", "text/csv", {"label_size": "1", "charset": "utf8"}),
        ('text/csv; label_size="0"', "text/csv", {"label_size": "0"}),
        ("", "", {}),
        (";", "", {}),
        ("text/csv;", "text/csv", {}),
        ("text/csv; label_size", "text/csv", {"label_size": ""}),
        ("a\nb: c", "a\nb: c", {}),
    ],
)
def test_content_types(given: str, name: str, found: dict[str, str]) -> None:
    assert media_type(given) == name
    assert {key: value for key, value in parameters(given).items() if key} == found
