"""What the rules share: findings, the curve that a rule checks, the list of rules."""
