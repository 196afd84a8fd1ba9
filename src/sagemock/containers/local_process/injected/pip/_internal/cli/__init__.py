"""What the program `pip` imports."""
