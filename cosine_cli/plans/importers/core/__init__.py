"""What reading every kind of file needs."""
