"""The server of `sagemock serve`: HTTP, and its pages and APIs in addition to AWS's services."""
