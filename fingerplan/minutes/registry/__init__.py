"""Compare what was read with the seeds, and write what is new into them."""
