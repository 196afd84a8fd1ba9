"""Endpoints: loading the models of variants, data capture, the logs of instances."""
