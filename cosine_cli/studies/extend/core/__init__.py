"""What the ways to go on share."""
