"""Check what was read against itself, the series so far and the sentences around it."""
