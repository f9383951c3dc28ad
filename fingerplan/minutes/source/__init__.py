"""Documents as lines, whichever kind of file they come in."""
