"""The printed tables found in the lines of a document."""
