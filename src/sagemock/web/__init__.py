"""The server of `sagemock serve`: HTTP, and what it has beside the AWS services."""
