"""The routes: which page function a path and a method lead to, and in which format."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from werkzeug.routing import BaseConverter, Map, PathConverter, Rule, ValidationError

from sagemock.console.links import FOLDERS, key_of, name_of

FORMATS = ("json", "csv", "py")
"""The suffixes of paths for other formats than HTML."""


def _any(folders: Iterable[str]) -> str:
    """The pattern of a path's segment that is one of the folders."""
    return f"<any({', '.join(map(json.dumps, folders))}):folder>"


_LISTED = _any(FOLDERS)
_DELETABLE = _any(folder for folder, kind in FOLDERS.items() if "Delete" in kind.verbs)
_STOPPABLE = _any(folder for folder, kind in FOLDERS.items() if "Stop" in kind.verbs)


def _rules() -> list[Rule]:
    """The path of each page and the function that makes it; only POST changes anything."""

    def get(path: str, home: str) -> Rule:
        return Rule(path, endpoint=home, methods=["GET"])

    def post(path: str, home: str) -> Rule:
        return Rule(path, endpoint=home, methods=["POST"])

    return [
        get("/", "home:home"),
        get("/index", "home:home"),
        post("/sample", "sample:load"),
        post("/scheme", "scheme:choose"),
        get("/search", "search:search"),
        get("/search/compare", "selected:compare"),
        get("/search/<any(tag, stop, delete):action>", "selected:confirm"),
        post("/search/<any(tag, stop, delete):action>", "selected:change"),
        get("/search/changes/<int:number>", "selected:report"),
        get("/search/views", "views:listing"),
        post("/search/views", "views:save"),
        post("/search/views/delete", "views:delete"),
        get("/search/views/<name:name>", "views:show"),
        get("/find", "find:find"),
        get("/suggestions", "suggestions:suggestions"),
        get("/training-jobs/new", "job_form:form"),
        post("/training-jobs/new", "job_form:create"),
        get("/training-jobs/<name:name>", "training_jobs:training_job"),
        get("/training-jobs/<name:name>/log", "training_jobs:whole_log"),
        post("/training-jobs/<name:name>/stop", "training_jobs:stop"),
        post("/training-jobs/<name:name>/note", "training_jobs:save_note"),
        get("/sweep", "sweep:sweep"),
        get("/compare", "compare:compare"),
        get("/charts", "charts:chart"),
        get("/lineage", "lineage:lineage"),
        get("/models/new", "models:form"),
        post("/models/new", "models:create"),
        get("/models/<name:name>", "models:model"),
        get("/endpoint-configs/<name:name>", "endpoints:endpoint_config"),
        get("/endpoints/new", "endpoint_form:form"),
        post("/endpoints/new", "endpoint_form:create"),
        get("/endpoints/<name:name>", "endpoints:endpoint"),
        post("/endpoints/<name:name>", "endpoints:invoke"),
        get("/endpoints/<name:name>/log", "endpoints:log"),
        get("/faults", "faults:faults"),
        post("/faults/remove", "faults:remove"),
        post("/faults/clear", "faults:clear"),
        post("/faults/release", "faults:release"),
        post("/faults/<any(job, endpoint, invocation, operation):form>", "faults:add"),
        get(f"/{_LISTED}", "listings:listing"),
        get("/experiments/<name:name>", "experiments:experiment"),
        get("/trials/<name:name>", "experiments:trial"),
        get("/trial-components/<name:name>", "trial_components:trial_component"),
        # Of a kind without a page of its own above.
        get(f"/{_LISTED}/<name:name>", "documents:listed"),
        post(f"/{_STOPPABLE}/<name:name>/stop", "documents:stop"),
        get("/documents/<resource>/<key:key>", "documents:show"),
        get(f"/{_DELETABLE}/<name:name>/delete", "deletion:confirm"),
        post(f"/{_DELETABLE}/<name:name>/delete", "deletion:delete"),
        post("/tags", "tags:change"),
    ]


class _Name(BaseConverter):
    """The name of a resource, as written by `links.part_of`."""

    def to_python(self, value: str) -> str:
        try:
            return name_of(value)
        except ValueError:
            raise ValidationError from None


class _Key(PathConverter):
    """The key of a resource, as written by `links.parts_of`; it may have line breaks."""

    regex = r"[^/][\s\S]*?"

    def to_python(self, value: str) -> str:
        try:
            return key_of(value)
        except ValueError:
            raise ValidationError from None


@cache
def routes() -> Map:
    """Return the map from paths to page functions; every console of the process shares it."""
    return Map(_rules(), strict_slashes=False, converters={"name": _Name, "key": _Key})


def split_format(path: str) -> tuple[str, str | None]:
    """Split the suffix of a format off a path; the dots of names are escaped.

    >>> split_format("/search.csv"), split_format("/search")
    (('/search', 'csv'), ('/search', None))
    """
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in FORMATS else (path, None)
