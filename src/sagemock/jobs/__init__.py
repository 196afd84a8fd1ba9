"""Jobs: from their inputs in S3, through the container that runs, to their outputs."""
