"""What sagemock and the process of a model say to each other: a header in JSON, and a body.

Both sides use this module. A frame begins with the lengths of its header and of its body.
"""

from __future__ import annotations

import json
import socket
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LENGTHS = struct.Struct("!IQ")

PIECE = 1 << 20
"""Bytes that are read at a time."""


class Connection:
    """One end of a connection.

    Parameters
    ----------
    end
        The socket. If it has a timeout, `waiting` is called whenever that passes.
    waiting
        May raise to end the waiting.
    """

    def __init__(self, end: socket.socket, waiting: Callable[[], None] = lambda: None) -> None:
        self._socket = end
        self._waiting = waiting

    def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Send a frame. Raises OSError when the other end is closed."""
        encoded = json.dumps(header).encode()
        data = LENGTHS.pack(len(encoded), len(body)) + encoded
        # A small frame is one packet.
        parts = [data + body] if len(body) < PIECE else [data, body]
        for part in parts:
            view = memoryview(part)
            while view:
                try:
                    view = view[self._socket.send(view) :]
                except socket.timeout:  # noqa: UP041 - as Python 3.8 calls it
                    self._waiting()

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        """Return the next frame. Raises EOFError when the other end is closed."""
        lengths = LENGTHS.unpack(self._exactly(LENGTHS.size))
        header: dict[str, Any] = json.loads(self._exactly(lengths[0]).decode())
        return header, self._exactly(lengths[1])

    def _exactly(self, count: int) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            try:
                read = self._socket.recv_into(view, min(len(view), PIECE))
            except socket.timeout:  # noqa: UP041 - as Python 3.8 calls it
                self._waiting()
                continue
            except ConnectionError as error:
                raise EOFError from error
            if not read:
                raise EOFError
            view = view[read:]
        return data

    def close(self) -> None:
        """Close this end."""
        self._socket.close()
