"""What SageMaker's resources are, and which states they may pass through."""
