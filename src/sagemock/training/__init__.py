"""A training job from its request to `model.tar.gz`."""
