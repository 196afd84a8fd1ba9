"""The formats of files and request bodies: records, tables of text, archives."""
