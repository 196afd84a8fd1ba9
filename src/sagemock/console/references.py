"""What the texts of a document refer to: ARNs, names and S3 URIs that have a page."""

from __future__ import annotations

from functools import cached_property

from sagemock.console.links import FOLDERS, page_of, resource_of
from sagemock.console.outline import OutlineItem
from sagemock.console.page_request import PageRequest
from sagemock.console.related import job_of_artifact
from sagemock.console.search import resource_lookup
from sagemock.console.search.form import is_searchable_value
from sagemock.resources import types
from sagemock.resources.arn import Arn

_BY_NAME = {kind.name_member: kind for kind in FOLDERS.values()}
_DATA = "InputDataConfig.DataSource.S3DataSource.S3Uri"


class References:
    """Finds the pages of what a page's texts refer to, in the same account and region.

    Parameters
    ----------
    page_request
        The request for the page.
    own
        The path of the page, which no text of it is a link to.
    """

    def __init__(self, page_request: PageRequest, own: str = "") -> None:
        self._page_request = page_request
        self._world = page_request.world
        self._own = own

    def of_item(self, item: OutlineItem) -> str | None:
        """Return the URL of the page for the value of an item, None for no page."""
        if not isinstance(item.value, str):
            return None
        return self.of_text(item.value) or self.of_name(item.name, item.value)

    def of_text(self, text: str) -> str | None:
        """Return the URL for an ARN or an S3 URI."""
        if text.startswith("arn:"):
            return self._url(self._path_of_arn(text))
        return self.of_location(text) if text.startswith("s3://") else None

    def of_name(self, member: str, name: str) -> str | None:
        """Return the URL for the value of a member such as `ModelName`."""
        kind = _BY_NAME.get(member)
        if kind is not None:
            return self._url(page_of(kind, name) if name in self._world.table(kind) else None)
        return self._url(self._kept_by_moto.get((member, name)))

    def of_location(self, uri: str) -> str | None:
        """Return the URL of the job that wrote an artifact, or of the search for what read it."""
        if not is_searchable_value(uri):
            return None
        job = job_of_artifact(self._world, uri)
        if job is not None:
            return self._url(page_of(types.TRAINING_JOB, job[types.TRAINING_JOB.key]))
        target = resource_lookup.find(self._world, resource_of(types.TRAINING_JOB))
        filters = [{"Name": _DATA, "Value": uri}]
        if not target.search({"SearchExpression": {"Filters": filters}, "MaxResults": 1}).total:
            return None
        arguments = [("property", _DATA), ("operator", "Equals"), ("value", uri)]
        return self._page_request.url("/search", [("resource", target.resource), *arguments])

    def _path_of_arn(self, text: str) -> str | None:
        arn = Arn.parse(text)
        if arn is None or (arn.region, arn.account_id) != (
            self._world.region,
            self._world.account_id,
        ):
            return None
        kind = types.of_arn_kind(arn.kind)
        if kind is not None and kind in FOLDERS.values():
            return page_of(kind, arn.name) if arn.name in self._world.table(kind) else None
        return self._kept_by_moto.get(("", text))

    @cached_property
    def _kept_by_moto(self) -> dict[tuple[str, str], str]:
        """The paths of what moto keeps, by its ARN and by the member and value of its name."""
        paths: dict[tuple[str, str], str] = {}
        for resource in resource_lookup.searchable():
            kind = types.of_search(resource)
            if not kind.ours:
                target = resource_lookup.find(self._world, resource)
                for each in target.documents:
                    path = page_of(kind, str(each.get(target.key)))
                    paths["", str(each.get(kind.arn_member))] = path
                    paths[kind.name_member, str(each.get(kind.name_member))] = path
        return paths

    def _url(self, path: str | None) -> str | None:
        return self._page_request.url(path) if path and path != self._own else None
