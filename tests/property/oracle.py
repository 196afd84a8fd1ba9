"""The Search grammar on plain dicts, as naively as can be: what every index must agree with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

Document = Mapping[str, Any]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda a, b: a == b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanOrEqualTo": lambda a, b: a >= b,
    "LessThan": lambda a, b: a < b,
    "LessThanOrEqualTo": lambda a, b: a <= b,
}


def values(document: Any, name: str) -> list[Any]:
    """All that a training job holds under a name."""
    family, _, key = name.partition(".")
    if family == "Tags" and key:
        return [tag["Value"] for tag in document.get("Tags", []) if tag["Key"] == key]
    if family == "Metrics":
        metrics = document.get("FinalMetricDataList", [])
        return [each["Value"] for each in metrics if each["MetricName"] == key]
    if family in ("HyperParameters", "Environment") and key:
        value = document.get(family, {}).get(key)
        return [] if value in (None, "") else [value]
    return dig(document, name.split("."))


def dig(value: Any, path: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [leaf for element in value for leaf in dig(element, path)]
    if value in (None, "", {}):
        return []
    return dig(value.get(path[0]), path[1:]) if path else [value]


def number(text: Any) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def matches(document: Document, condition: Mapping[str, Any], prefix: str = "") -> bool:
    """One filter. The generators make no filter that is an error."""
    name, text = condition["Name"][len(prefix) :], condition.get("Value")
    operator = condition.get("Operator", "Exists" if text is None else "Equals")
    if operator.startswith("Not"):
        return not matches(document, {**condition, "Operator": operator[3:]}, prefix)
    present = values(document, name)
    if operator == "Exists":
        return bool(present)
    assert text is not None
    if operator == "Contains":
        return any(text in each for each in present)
    if operator == "In":
        return any(each in [item.strip() for item in text.split(",")] for each in present)
    if operator == "Equals" and name.endswith("Arn") and "," in text:
        return any(each in [item.strip() for item in text.split(",")] for each in present)
    return any(compares(COMPARE[operator], name, each, text) for each in present)


def compares(compare: Callable[[Any, Any], bool], name: str, value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return compare(value, text == "true")
    if name.endswith("Time"):
        return compare(value, datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    if isinstance(value, (int, float)):
        return compare(value, float(text))
    if name.startswith("HyperParameters.") and number(text) is not None:
        stored = number(value)
        if stored is None:
            return False
        return compare(math.trunc(stored) if text.lstrip("-").isdigit() else stored, float(text))
    return compare(value, text)


def satisfies(document: Document, expression: Mapping[str, Any]) -> bool:
    parts = [matches(document, each) for each in expression.get("Filters", [])]
    for nested in expression.get("NestedFilters", []):
        name, filters = nested["NestedPropertyName"], nested["Filters"]
        parts.append(
            any(
                all(matches(element, each, f"{name}.") for each in filters)
                for element in dig(document, name.split("."))
            )
        )
    parts += [satisfies(document, each) for each in expression.get("SubExpressions", [])]
    if not parts:
        return True
    return any(parts) if expression.get("Operator") == "Or" else all(parts)


def visible(document: Document, conditions: Iterable[Mapping[str, str]]) -> bool:
    conditions = list(conditions)
    for key in {each["Key"] for each in conditions}:
        present = values(document, key)
        if present and present[0] not in [
            each["Value"] for each in conditions if each["Key"] == key
        ]:
            return False
    return True


def sort_value(document: Document, name: str) -> Any:
    present = values(document, name)
    if not present:
        return None
    if name.startswith("HyperParameters."):
        as_number = number(present[0])
        return (1, 0.0, present[0]) if as_number is None else (0, as_number, "")
    return present[0]


def search(documents: Iterable[Document], request: Mapping[str, Any], key: str) -> list[Any]:
    """The keys of all that a search finds, in order."""
    matching = [
        each
        for each in documents
        if satisfies(each, request.get("SearchExpression", {}))
        and visible(each, request.get("VisibilityConditions", []))
    ]
    matching.sort(key=lambda each: each[key])
    name = request.get("SortBy", "LastModifiedTime")
    having = [each for each in matching if sort_value(each, name) is not None]
    having.sort(
        key=lambda each: sort_value(each, name),
        reverse=request.get("SortOrder", "Descending") == "Descending",
    )
    lacking = [each for each in matching if sort_value(each, name) is None]
    return [each[key] for each in having + lacking]
