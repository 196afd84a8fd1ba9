"""What the containers of Amazon's own algorithms share; nothing here names one of them."""
