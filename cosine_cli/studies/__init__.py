"""What can be done with curves; nothing here prints."""
