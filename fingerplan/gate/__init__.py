"""The gate that every delivered extract must pass before anything else reads it."""
