"""What the containers of Amazon's own algorithms share; nothing here depends on one of them."""
