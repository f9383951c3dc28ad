"""A document as lines: text or PDF."""
