"""What the console shows of faults on demand, and the forms that order them."""
