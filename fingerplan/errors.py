"""The one way in which a command refuses: findings for the user, and the exit code of the contract."""

REJECTED = 3
BUILD_FAILED = 4
LOCKED = 5
# as a shell reports it, for commands that publish nothing
INTERRUPTED = 130


class Refused(Exception):  # noqa: N818 - it names what happens to the user's file, not a defect of ours
    """A command stops without touching the published warehouse.

    Args:
        exit_code: exit code of the contract (3 rejected input, 4 failed build or test, 5 locked).
        findings: one line each: where, what was found, what to do.
    """

    def __init__(self, exit_code: int, findings: list[str]):
        """Keep the code and the lines."""
        super().__init__("\n".join(findings))
        self.exit_code = exit_code
        self.findings = findings
