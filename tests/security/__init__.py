"""What must not happen to the data of vulnerable people, whatever goes wrong around them."""
