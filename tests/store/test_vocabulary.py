"""The words of a table follow its documents."""

from __future__ import annotations

import pytest

from sagemock.store import Table, Vocabulary, table


@pytest.mark.parametrize("slack", [0, table.SLACK])
def test_words_come_and_go(slack: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SLACK", slack)
    names = Table("Name")
    vocabulary: Vocabulary[str] = Vocabulary(lambda document: document["Words"])
    assert vocabulary.of(names) == []
    names.insert({"Name": "a", "Words": ["x", "y"]})
    names.insert({"Name": "b", "Words": ["y"]})
    assert sorted(vocabulary.of(names)) == ["x", "y"]
    names.update("a", {"Words": ["z"]})
    assert sorted(vocabulary.of(names)) == ["y", "z"]
    names.delete("b")
    assert vocabulary.of(names) == ["z"]
    names.delete("a")
    assert vocabulary.of(names) == []
