"""Whether the lists of `compatibility.py` have all that the source uses of other packages.

The source is read, not run: what a function imports when it is called counts as well.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from waitress import wasyncore

import sagemock
from sagemock.compatibility import INSTANCE_ATTRIBUTES, REQUIRED

SOURCE = Path(__file__).parents[1] / "src"
WATCHED = ("moto", "botocore", "waitress")
NAMES = [name for names in REQUIRED.values() for name in names]
LISTED = {name.replace(":", ".") for name in NAMES}
LISTED_ATTRIBUTES = {name.rpartition(".")[2] for name in (*NAMES, *INSTANCE_ATTRIBUTES)}


@cache
def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))}


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def imports(tree: ast.Module, packages: tuple[str, ...] = WATCHED) -> Iterator[tuple[str, str]]:
    """Each name that a module imports of the packages: what it is here, and what it is there."""
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in packages:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in packages:
                    yield alias.asname or alias.name, alias.name


def uses(tree: ast.Module) -> Iterator[str]:
    """What a module imports of the packages, and the attributes that it reads of that."""
    names = dict(imports(tree))
    names |= {name.split(".")[0]: name.split(".")[0] for name in names if "." in name}
    yield from names.values()
    for node in nodes(tree):
        if isinstance(node, ast.Attribute):
            root, _, rest = ast.unparse(node).partition(".")
            if root in names and rest.replace(".", "").replace("_", "").isalnum():
                yield f"{names[root]}.{rest}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "patch.object":
            # patch.object(owner, "name", ...), unless that creates the name.
            owner, name = node.args[:2]
            creates = any(keyword.arg == "create" for keyword in node.keywords)
            root, dot, rest = ast.unparse(owner).partition(".")
            if root in names and isinstance(name, ast.Constant) and not creates:
                yield f"{names[root]}{dot}{rest}.{name.value}"


def is_listed(name: str) -> bool:
    """Whether a name, or something in it, is listed; a method of an instance, with its class."""
    name = name.removesuffix(".__call__").removesuffix(".__version__")
    if any(each == name or each.startswith(f"{name}.") for each in LISTED):
        return True
    owner, _, member = name.rpartition(".")
    kinds = type(resolved(owner)).__mro__
    return any(
        kind.__module__ == "builtins" or f"{kind.__module__}.{kind.__qualname__}.{member}" in LISTED
        for kind in kinds
        if member in vars(kind)
    )


def resolved(name: str) -> Any:
    """What a dotted name is, or None; `pkgutil` imports as much of it as is a module."""
    try:
        return pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return None


@cache
def used() -> frozenset[str]:
    return frozenset(name for tree in modules().values() for name in uses(tree))


def test_all_that_is_used_is_listed() -> None:
    assert sorted(name for name in used() if not is_listed(name)) == []


@pytest.mark.parametrize("package", WATCHED)
def test_the_packages_are_used(package: str) -> None:
    assert any(name.startswith(f"{package}.") for name in used())


def test_nothing_listed_is_unused() -> None:
    text = "\n".join(path.read_text() for path in modules() if path.name != "compatibility.py")
    assert [name for name in NAMES if name.rpartition(".")[2].rpartition(":")[2] not in text] == []


def private_names(tree: ast.Module) -> Iterator[str]:
    """Private attributes that a module reads and does not define."""
    defined = {
        name
        for node in nodes(tree)
        for name in (
            [node.name] if isinstance(node, ast.ClassDef | ast.FunctionDef) else
            [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else
            [node.attr]
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "self"
            else []
        )
    }  # fmt: skip
    for node in nodes(tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if node.attr not in defined:
            private = node.attr.startswith("_") and not node.attr.endswith("__")
            yield from [node.attr] if private else []


def test_private_attributes_are_listed() -> None:
    users = [tree for tree in modules().values() if any(imports(tree))]
    names = {name for tree in users for name in private_names(tree)}
    assert names & LISTED_ATTRIBUTES
    assert sorted(names - LISTED_ATTRIBUTES) == []


@pytest.mark.parametrize("package", ["boto3", "flask", "jinja2", "werkzeug"])
def test_of_other_packages_only_public_names_are_imported(package: str) -> None:
    names = [name for tree in modules().values() for _, name in imports(tree, (package,))]
    assert names or package == "jinja2"
    assert [name for name in names if "._" in name] == []


def classes() -> Iterator[type]:
    for info in pkgutil.walk_packages(sagemock.__path__, "sagemock."):
        if "injected" in info.name or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        yield from (
            each
            for each in vars(module).values()
            if inspect.isclass(each) and each.__module__ == module.__name__
        )


def overridden() -> Iterator[str]:
    """What our classes replace of the packages' classes, as `module.Class.name` of the nearest."""
    for each in classes():
        theirs = [base for base in each.__mro__ if base.__module__.split(".")[0] in WATCHED]
        for name in vars(each):
            if any(name in vars(base) for base in theirs) and not name.startswith("__"):
                yield f"{theirs[0].__module__}.{theirs[0].__qualname__}.{name}"


def test_overridden_methods_are_listed() -> None:
    names = {name for name in overridden() if not name.endswith("._abc_impl")}
    assert len(names) > 10
    assert sorted(names - LISTED) == []


def s3_object() -> Any:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="key", Body=b"body")
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object("bucket", "key")


@pytest.fixture
def instances() -> Iterator[dict[str, Any]]:
    """One of each class whose attributes are listed."""
    with SpooledTemporaryFile() as file:
        yield {
            "botocore.client:BaseClient": client(),
            "botocore.hooks:EventAliaser": client().meta.events,
            "botocore.hooks:HierarchicalEmitter": client().meta.events._emitter,
            "botocore.signers:RequestSigner": client()._request_signer,
            "botocore.waiter:Waiter": waiter(),
            "moto.s3.models:FakeKey": s3_object(),
            "tempfile:SpooledTemporaryFile": file,
            "waitress.wasyncore:dispatcher": wasyncore.dispatcher(map={}),
        }


def client() -> Any:
    return boto3.client("sagemaker", region_name="us-east-1")


def waiter() -> Any:
    return client().get_waiter("endpoint_in_service")


@pytest.mark.parametrize("name", INSTANCE_ATTRIBUTES)
def test_instances_have_the_attribute(name: str, instances: dict[str, Any]) -> None:
    owner, _, attribute = name.rpartition(".")
    assert isinstance(instances[owner], pkgutil.resolve_name(owner))
    assert hasattr(instances[owner], attribute)


def test_spooled_files_of_s3_are_the_standard_librarys() -> None:
    assert isinstance(s3_object()._value_buffer, SpooledTemporaryFile)
