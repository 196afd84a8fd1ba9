"""Python functions of a test as containers: they run in its process, in the thread of the job."""
