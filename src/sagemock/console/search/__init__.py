"""The search form, its results as a table or a chart, and what narrows them down."""
