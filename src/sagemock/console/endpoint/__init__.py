"""What the page of an endpoint is made of."""
