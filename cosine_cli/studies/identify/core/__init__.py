"""What the shapes share: the fit and its check on all rows."""
