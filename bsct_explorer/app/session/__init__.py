"""What one person's session holds: results and how they come about."""
