"""What stands in files and request bodies: records, tables of text, model artifacts."""
