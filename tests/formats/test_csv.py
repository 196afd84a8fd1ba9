"""Tables of text: what numpy says, also where polars reads them."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sagemock.formats import csv
from sagemock.formats.csv import CsvError, decode, decode_by_polars


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2", [[1, 2]]),
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
        ("1,2\n\n3,4\n\n", [[1, 2], [3, 4]]),
        (' 1 ,"2"\n', [[1, 2]]),
        ("-1e3,.5,+2,7.\n", [[-1000, 0.5, 2, 7]]),
        ("1\n2\n", [[1], [2]]),
    ],
)
def test_tables(text: str, rows: list[list[float]]) -> None:
    table = decode(text.encode())
    assert table.dtype == np.float32
    assert table.tolist() == rows


def test_what_is_not_finite_is_read_as_such() -> None:
    np.testing.assert_array_equal(decode(b"nan,inf,-inf,1e39"), [[np.nan, np.inf, -np.inf, np.inf]])


@pytest.mark.parametrize(
    ("text", "row", "rows"),
    [
        ("", 0, 0),
        (" \n\r\n", 0, 1),
        ("\n\r\n", 0, 0),
        ("a,b\n1,2\n", 0, 2),
        ("1,2\n3\n", 1, 2),
        ("1,2\n3,4,5\n", 1, 2),
        ("1,2\n3,\n", 1, 2),
        ("1,2\n,3\n", 1, 2),
        ("1,2\n1 2,3\n", 1, 2),
        ("1;2\n", 0, 1),
        ("1,2\n3,0x10\n", 1, 2),
        ("1,2\n3,1_0\n", 1, 2),
        ("1,2\n3,True\n", 1, 2),
        ("\ufeff1,2\n", 0, 1),
        ("1,2\n" * 2500 + "x,2\n" + "1,2\n" * 10, 2500, 2511),
        ("1,2\n" * 1000 + "1\n" * 1000, 1000, 2000),
        ("1,2\n\n  \n3,4\n", 1, 3),
        ("1,2\r\n\r\n3,x\r\n", 1, 2),
    ],
)
def test_what_is_no_table_is_told_with_its_first_bad_row(text: str, row: int, rows: int) -> None:
    with pytest.raises(CsvError) as caught:
        decode(text.encode())
    assert (caught.value.row, caught.value.rows) == (row, rows)


@pytest.mark.parametrize("data", [b"\xff\xfe1\x00", b"\x1f\x8b\x08\x00", b"1,\x00\n", bytes(1000)])
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(CsvError):
        decode(data)


cells = st.one_of(
    st.floats(width=32).map(repr),
    st.floats().map(repr),
    st.integers(-1000, 1000).map(str),
    st.sampled_from(["", " ", "1 ", " 2", "x", '"3"', "1e5", "1d5", "+4", "5.", ".6", "NA", "null",
                     "true", "NaN", "Infinity", "0x1", "1_0", "--1", "1,2", "#", "1e999", "\t7"]),
)  # fmt: skip


@given(
    st.lists(st.lists(cells, min_size=1, max_size=3), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.booleans(),
)
@example([["-856\r", "5e-324"]], "\n", False)
@example([["-305"], ["1e999", ""]], "\n", False)
def test_polars_gives_the_same_or_leaves_it_to_numpy(
    rows: list[list[str]], end: str, ended: bool
) -> None:
    pytest.importorskip("polars")
    data = (end.join(",".join(row) for row in rows) + (end if ended else "")).encode()
    table = decode_by_polars(data)
    if table is not None:
        np.testing.assert_array_equal(table, csv.decode_by_numpy(data))
        assert table.flags.c_contiguous


@given(st.lists(st.tuples(st.floats(), st.floats(width=32)), min_size=1, max_size=20))
def test_polars_takes_what_is_plain(rows: list[tuple[float, float]]) -> None:
    pytest.importorskip("polars")
    data = "\n".join(f"{a!r},{b!r}" for a, b in rows).encode()
    table = decode_by_polars(data)
    assert table is not None
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(table, np.array(rows).astype(np.float32))


@pytest.mark.parametrize("fast", [True, False])
def test_large_tables_are_the_same_with_and_without_polars(
    fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fast:
        pytest.importorskip("polars")
    else:
        monkeypatch.setitem(sys.modules, "polars", None)
    rng = np.random.default_rng(0)
    table = rng.standard_normal((4000, 10)).astype(np.float32)
    text = "\n".join(",".join(map(repr, row)) for row in table.astype(float).tolist())
    assert len(text) > csv.FAST_SIZE
    np.testing.assert_array_equal(decode(text.encode()), table)
    with pytest.raises(CsvError) as caught:
        decode((text + "\n1,2").encode())
    assert (caught.value.row, caught.value.rows) == (4000, 4001)


def read_row_by_row(data: bytes) -> tuple[int, int] | None:
    """The first bad row and how many there are; None if all are good."""
    rows = [line for line in data.split(b"\n") if line.rstrip(b"\r")]
    widths = []
    for row in rows:
        try:
            widths.append(csv.decode_by_numpy(row).shape[1])
        except ValueError:
            widths.append(0)
    bad = [index for index, width in enumerate(widths) if not width or width != widths[0]]
    return (bad[0], len(rows)) if bad else None


@given(
    st.lists(
        st.sampled_from(["1,2", "-3.5,4e3", '"5",6', "", "7", "8,9,10", "x,1"]) | st.just("1,2"),
        min_size=1,
        max_size=30,
    ).filter(any),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_pieces_give_the_table_and_the_bad_row_of_the_whole(rows: list[str], end: str) -> None:
    data = end.join(rows).encode()
    error_rows = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv, "PIECE_BYTES", 8)
        try:
            np.testing.assert_array_equal(decode(data), csv.decode_by_numpy(data))
        except CsvError as error:
            error_rows = (error.row, error.rows)
    assert error_rows == read_row_by_row(data)


def test_no_piece_ends_inside_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "PIECE_BYTES", 1)
    data = b'1,2\n"3\n",4\n5,"6\n\n"\n7,8\n'
    assert list(csv.split_pieces(data)) == [b"1,2\n", b'"3\n",4\n', b'5,"6\n\n"\n', b"7,8\n"]
    assert decode(data).tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert list(csv.split_pieces(b'1\n"2\n3')) == [b"1\n", b'"2\n3']


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except CsvError:
        return
