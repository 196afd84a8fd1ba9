"""The form for a training job: its fields, the request that it stands for, and sweeps."""
