"""Tags: adds them to and removes them from any resource, by its ARN."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from sagemock.console.form_problems import by_field
from sagemock.console.links import PREFIX
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.errors import ServiceError


def change(page_request: PageRequest) -> Page | Redirect:
    """Add the tag of the form, or remove the one that `remove` names, and go back to the page."""
    posted = page_request.request.form
    arn = posted.get("arn", "")
    try:
        if "remove" in posted:
            message = f"Removed the tag {posted['remove']}."
            page_request.call("DeleteTags", {"ResourceArn": arn, "TagKeys": [posted["remove"]]})
        else:
            tag = {"Key": posted.get("key", "").strip(), "Value": posted.get("value", "").strip()}
            message = f"Added the tag {tag['Key']}."
            page_request.call("AddTags", {"ResourceArn": arn, "Tags": [tag]})
    except ServiceError as error:
        return _refused(page_request, posted, error.message)
    return Redirect(back_to(posted.get("back", "")), message)


FIELDS = {"tags.1.member.key": "key", "tags.1.member.value": "value"}
"""The fields of the form, by the paths of their members in the request."""


def _refused(page_request: PageRequest, posted: Mapping[str, str], error: str) -> Page:
    """The form for a tag with AWS's error; of a tag that cannot be removed, the error alone."""
    back = back_to(posted.get("back", ""))
    page_request.at(unquote(urlsplit(back).path).removeprefix(PREFIX))
    context = {
        "title": "Remove tag" if "remove" in posted else "Add tag",
        "fields": {name: posted.get(name, "") for name in ("key", "value", "arn", "remove")},
        "back": back,
        "error": error,
        "problems": by_field(error, FIELDS),
    }
    return Page("tag_form.html", context, {"error": error}, status=400)


def back_to(location: str) -> str:
    """Return the URL to go back to, which is one of the console's own whatever the form says."""
    parts = urlsplit(location)
    ours = parts.path.startswith(f"{PREFIX}/") and not parts.scheme and not parts.netloc
    # A header holds no line breaks; urlsplit passes over those in an address.
    ours = ours and location.isprintable()
    return location if ours else f"{PREFIX}/"
