"""Geometry of charts: from values to coordinates; templates draw them as SVG."""
