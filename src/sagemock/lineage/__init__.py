"""The lineage of a world: its associations as a graph, queries of it, and what jobs leave in it."""
