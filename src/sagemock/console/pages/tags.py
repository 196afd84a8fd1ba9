"""Add and remove tags, of whatever has an ARN."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from sagemock.console.form_problems import by_field
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PREFIX, PageRequest
from sagemock.errors import ServiceError


def change(page_request: PageRequest) -> Page | Redirect:
    """Add the tag of the form, or remove the one that is named; then back to the page."""
    given = page_request.request.form
    arn = given.get("arn", "")
    try:
        if "remove" in given:
            page_request.call("DeleteTags", {"ResourceArn": arn, "TagKeys": [given["remove"]]})
        else:
            tag = {"Key": given.get("key", "").strip(), "Value": given.get("value", "").strip()}
            page_request.call("AddTags", {"ResourceArn": arn, "Tags": [tag]})
    except ServiceError as error:
        return _refused(page_request, given, error.message)
    return Redirect(back_to(given.get("back", "")))


FIELDS = {"tags.1.member.key": "key", "tags.1.member.value": "value"}
"""Where in the request each field of the form is."""


def _refused(page_request: PageRequest, given: Mapping[str, str], error: str) -> Page:
    """The form again, with what was wrong; a tag that cannot be removed has none."""
    back = back_to(given.get("back", ""))
    page_request.at(unquote(urlsplit(back).path).removeprefix(PREFIX))
    context = {
        "title": "Remove tag" if "remove" in given else "Add tag",
        "fields": {name: given.get(name, "") for name in ("key", "value", "arn", "remove")},
        "back": back,
        "error": error,
        "problems": by_field(error, FIELDS),
    }
    return Page("tag_form.html", context, {"error": error}, status=400)


def back_to(location: str) -> str:
    """The page to return to: one of the console's, whatever the form says."""
    parts = urlsplit(location)
    ours = parts.path.startswith(f"{PREFIX}/") and not parts.scheme and not parts.netloc
    return location if ours else f"{PREFIX}/"
