"""What the seeds know of printed figures, how a document differs from them, and how new figures are written."""
