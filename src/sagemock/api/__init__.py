"""One function for each AWS operation, one file for each family of resources."""
