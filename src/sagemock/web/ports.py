"""Ports at which clients do not reach a server as expected."""

from __future__ import annotations

import sys

# fmt: off
REFUSED_BY_BROWSERS = frozenset((
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
    512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
    995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080,
))
# fmt: on
"""The ports that the Fetch standard blocks, as servers of other protocols listen there."""

AIRPLAY = frozenset((5000, 7000))
"""The ports at which macOS 12 and later listen for AirPlay, on every address."""

AIRPLAY_SWITCH = "System Settings, General, AirDrop & Handoff, AirPlay Receiver"


def refused_by_browsers(port: int) -> str:
    """A warning about a server at a port that browsers block; empty for other ports."""
    if port not in REFUSED_BY_BROWSERS:
        return ""
    return f"browsers refuse port {port}, and so cannot show the console; choose another"


def beside_airplay(port: int, platform: str = sys.platform) -> str:
    """A warning about a server at a port where AirPlay may listen, too; empty otherwise."""
    if platform != "darwin" or port not in AIRPLAY:
        return ""
    return (
        f"macOS may answer at port {port} of localhost in place of sagemock, for AirPlay "
        f"({AIRPLAY_SWITCH}); use the address above, or another port"
    )


def taken_by_airplay(port: int, platform: str = sys.platform) -> str:
    """The end of a message that a port is in use, where AirPlay may use it; empty otherwise."""
    if platform != "darwin" or port not in AIRPLAY:
        return ""
    return f", by AirPlay perhaps ({AIRPLAY_SWITCH})"
