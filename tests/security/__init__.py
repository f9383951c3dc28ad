"""What must stay on the machine does: names, keys and connections."""
