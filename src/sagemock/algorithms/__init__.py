"""The built-in algorithms: arrays in, arrays out. No AWS, no files, no network."""
