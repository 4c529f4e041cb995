"""Interview rooms and the line in front of them."""
