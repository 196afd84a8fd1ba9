"""What runs between sagemock and a process of the user's.

Python runs this folder as a program, without `site` and without sagemock, so that it starts in some
milliseconds. Its argument is the path of a `spec.json` (see `sagemock.containers.local_process.
specification`); on its standard input come commands, one byte each.
"""

from __future__ import annotations
