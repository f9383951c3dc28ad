"""Print what a comparison of two engines found."""

from benchmarks.engines.compare import Compared, summary


def report(engine: str, compared: list[Compared]) -> list[Compared]:
    """Print a line for each mart and how many of them differ; return them."""
    for mart in compared:
        print(mart)
    print(f"{engine}: {summary(compared)}", flush=True)
    return compared


def exit_code(compared: list[Compared]) -> int:
    """Print how many marts are equal; return 0 if all of them are, and 1 if not or if there is none."""
    failed = sum(not mart.is_same for mart in compared)
    print(f"{len(compared) - failed} passed, {failed} failed")
    return 1 if failed or not compared else 0
