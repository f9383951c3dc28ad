"""What the benchmarks and the tests of the engines share: builds, a Postgres server, and the comparison of marts."""
