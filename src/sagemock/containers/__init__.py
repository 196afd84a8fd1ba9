"""What the containers behind images do: configuration, data, log and errors of each algorithm."""
