"""Requests and responses in the protocols of AWS, by botocore's service models."""
