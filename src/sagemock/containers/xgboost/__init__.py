"""The container of XGBoost; the numerics are those of the installed library.

Importing this package does not load the library: it is imported by the functions that use it.
"""

from __future__ import annotations
