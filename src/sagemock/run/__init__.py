"""`sagemock run`: a command whose AWS clients reach a server, though it names none."""
