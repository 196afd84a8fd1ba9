"""The process that serves a model with the user's handlers, such as `model_fn` and `predict_fn`.

Python runs this folder as a program, with the interpreter and the packages of the user, and without
sagemock: any Python from 3.8 on, and only the standard library, apart from what handlers need.
"""

from __future__ import annotations
