"""Requests and answers as they are on the wire, by the service models of botocore."""
