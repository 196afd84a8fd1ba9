"""The Search grammar: parse, plan, evaluate, page.

It needs no AWS, only a table of documents and a schema that describes them:

>>> from sagemock.query import Kind, ListOf, Scalar, Schema, Structure, explain, search
>>> from sagemock.store import Table
>>> ships = Table("Name")
>>> for name, masts in (("Beagle", 3), ("Victory", 3), ("Jolie Brise", 1)):
...     ships.insert({"Name": name, "Masts": masts, "Ports": [{"City": "Plymouth"}]})
>>> port = Structure({"City": Scalar(Kind.TEXT)})
>>> schema = Schema("Name", Structure({
...     "Name": Scalar(Kind.TEXT), "Masts": Scalar(Kind.NUMBER), "Ports": ListOf(port),
... }), default_sort="Name")
>>> request = {
...     "SearchExpression": {"Filters": [
...         {"Name": "Masts", "Operator": "GreaterThan", "Value": "1"},
...         {"Name": "Ports.City", "Operator": "Contains", "Value": "mouth"},
...     ]},
...     "SortOrder": "Ascending",
... }
>>> page = search(ships, schema, request)
>>> [ship["Name"] for ship in page.documents], page.total
(['Beagle', 'Victory'], 2)
>>> print(explain(ships, schema, request))
of 3 documents
expects 2 where Masts is greater than 1.0
expects 3 where Ports.City contains mouth
compares whole columns
finds 2
walks the order by Name, ascending, passing about 3 rows
"""

from __future__ import annotations

from sagemock.query.errors import QueryError
from sagemock.query.page import SearchPage, answer, answer_page, explain, search
from sagemock.query.property import Kind, Property
from sagemock.query.query import Query
from sagemock.query.schema import ListOf, MapOf, Scalar, Schema, Structure

__all__ = [
    "Kind",
    "ListOf",
    "MapOf",
    "Property",
    "Query",
    "QueryError",
    "Scalar",
    "Schema",
    "SearchPage",
    "Structure",
    "answer",
    "answer_page",
    "explain",
    "search",
]
