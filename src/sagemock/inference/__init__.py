"""Predictions: from a model artifact and a request body to a response body."""
