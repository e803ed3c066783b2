"""What every framework's schedules are made of, and where they are found."""
