"""The containers behind images: configuration, data, log and errors of each algorithm."""
