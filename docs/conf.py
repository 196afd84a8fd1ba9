"""The configuration of the documentation site, which `make docs` builds with Sphinx.

The source folder is the root of the project, so that links between the pages, the README and the
changelog are the same on a code host and in the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The public address of the site goes here, once it has one; all links are relative until then.
html_baseurl = ""

project = "sagemock"
author = "The sagemock authors"
copyright = author
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "benchmarks", "build", "dist", "examples", "fixtures", "src", "tests"]

# The anchors of headings are those of code hosts.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
# Single backticks in docstrings quote code, and link where they name something of the reference.
default_role = "py:obj"

nitpicky = True
nitpick_ignore_regex = [
    # Code in single backticks that names nothing of the reference.
    ("py:obj", r".*"),
    # Other projects; resolving them would need the network in every build.
    ("py:class", r"(collections\.abc|concurrent\.futures|datetime|pathlib|pytest|boto3|moto)\..*"),
    # Names without a module: those imported for type checkers only, of which autodoc cannot say
    # where they are, the types of options, and type variables.
    ("py:class", r"\w+(\[\w+)?|sagemock\.mock\.[CPT]"),
]

html_theme = "furo"
html_title = f"sagemock {version}"
# The default for dark pages underlines modules as if they were links.
pygments_dark_style = "github-dark"
html_static_path = ["static"]
html_css_files = ["site.css"]
templates_path = ["templates"]
# The root of the site leads to its front page, whose source is docs/index.md.
html_additional_pages = {"index": "to_front_page.html"}
html_copy_source = False
html_show_copyright = False

CHILDREN = {
    "docs/algorithms": [
        "linear-learner",
        "hyperparameters",
        "kmeans",
        "kmeans-hyperparameters",
        "knn",
        "knn-hyperparameters",
        "random-cut-forest",
        "random-cut-forest-hyperparameters",
        "pca",
        "pca-hyperparameters",
        "xgboost",
        "xgboost-hyperparameters",
        "factorization-machines",
        "factorization-machines-hyperparameters",
    ],
    "docs/decisions": ["decisions/*"],
}
"""The pages below a page, which links to them in a table of its own."""


def add_children(_: Sphinx, page: str, source: list[str]) -> None:
    """Add a table of contents to a page, without one in the text that a code host shows."""
    if page in CHILDREN:
        entries = "\n".join(CHILDREN[page])
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{entries}\n```\n"


def setup(app: Sphinx) -> None:
    """Connect `add_children`."""
    app.connect("source-read", add_children)
