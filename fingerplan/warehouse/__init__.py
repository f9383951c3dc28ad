"""Archive, build, test and publish: everything that changes the warehouse, and what is known of its runs."""
