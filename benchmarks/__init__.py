"""How long the case marts take on synthetic extracts of any size, beside what else could compute them."""
