"""What the program `pip` runs."""
