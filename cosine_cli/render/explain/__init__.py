"""What is known of the schedules, from their own declarations: for people, for machines, and as Markdown."""
