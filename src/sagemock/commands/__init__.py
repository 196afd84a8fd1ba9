"""The commands of `sagemock`, one per module, whose `add` declares the command and its options."""
