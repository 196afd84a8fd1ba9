"""The commands of `sagemock`, each in a module whose `add` declares it and its options."""
