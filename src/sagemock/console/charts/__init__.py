"""The geometry of charts: values as coordinates, which templates write as SVG."""
