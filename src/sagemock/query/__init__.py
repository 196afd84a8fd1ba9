"""The Search grammar: parse, plan, evaluate, page."""
