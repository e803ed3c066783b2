"""What the schedules of all frameworks share, and their catalogue."""
