"""Archive, build, test and publish: everything that changes the warehouse, and the record of its runs."""
