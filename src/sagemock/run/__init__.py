"""`sagemock run`: run a command whose AWS clients reach a server, without changing it."""
