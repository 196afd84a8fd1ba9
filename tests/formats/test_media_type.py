from __future__ import annotations

import pytest

from sagemock.formats.media_type import media_type, parameters


@pytest.mark.parametrize(
    ("content_type", "name", "expected"),
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
def test_content_types(content_type: str, name: str, expected: dict[str, str]) -> None:
    assert media_type(content_type) == name
    assert {key: value for key, value in parameters(content_type).items() if key} == expected
