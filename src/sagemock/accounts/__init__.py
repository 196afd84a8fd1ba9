"""What one account has in one region, and what it needs of other AWS services."""
