"""The pages: a function for each, from a page request to what the page shows."""
