"""What survives: kills, closed outputs, and text that others have written."""
