"""What was asked, and its numbers."""
