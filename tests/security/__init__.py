"""What people and tools may try against the published warehouse, and what must stay as it was."""
