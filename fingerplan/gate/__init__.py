"""The gate that every delivered extract passes before anything else sees it."""
