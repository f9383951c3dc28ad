"""Compile the models for SQL Server and Fabric, and read what comes out as T-SQL; `make tsql`, no server needed.

Every compiled model and data test must parse as T-SQL and use nothing that SQL Server 2022 or Fabric lacks or reads
differently. What is not portable yet stands in NOT_YET with its reason; an entry that is no longer needed fails too.
That the SQL parses does not say that it gives the same figures: nobody has run it on a server.

Exit code 0 where everything else is portable, 1 where it is not, 2 where the adapters are not installed.
"""

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.parser.segments import BaseSegment
from tests.engines.building import MissingEngineError, compile_models, run_script, working

TARGETS = ("sqlserver", "fabric")

# what both have, in the words of T-SQL; anything else that is called as a function is a finding
FUNCTIONS = {
    *("abs", "cast", "ceiling", "char", "charindex", "coalesce", "concat", "convert", "count", "dateadd", "datediff"),
    *("datefromparts", "datepart", "day", "dense_rank", "eomonth", "first_value", "floor", "greatest", "iif"),
    *("isnull", "lag", "last_value", "lead", "least", "left", "len", "lower", "ltrim", "max", "min", "month"),
    *("nchar", "nullif", "patindex", "power", "rank", "replace", "right", "round", "row_number", "rtrim", "sign"),
    *("stuff", "substring", "sum", "trim", "try_cast", "try_convert", "upper", "year"),
}
# words that a T-SQL parser may take for a name, and that mean something on the other engines
WORDS = {"boolean", "false", "filter", "ilike", "interval", "lateral", "limit", "nulls", "qualify", "true", "using"}
CONDITION_WORDS = {"and", "between", "in", "is", "like", "not", "or"}
TEXTS = {"char", "nchar", "nvarchar", "varchar"}

# (node, construct): why it is so, and what a server would need instead
_REGULAR_EXPRESSION = "printed numbers are told by a regular expression, which SQL Server has from 2025 on"
NOT_YET: dict[tuple[str, str], str] = {
    **{
        (f"{seed}__is_as_declared", "the function regexp_like"): _REGULAR_EXPRESSION
        for seed in ("cell_revisions", "minutes_table_cells", "plan_table_cells", "text_figures")
    },
    ("fct_plan_effect__one_year_is_the_current_one", "a group by a constant"): (
        "the whole table is one group; T-SQL wants a column there, or no group by"
    ),
}


@dataclass(frozen=True)
class Finding:
    """A construct that T-SQL has not, and the first line that it stands in."""

    construct: str
    line: int
    text: str


def main() -> int:
    """Compile, read and report."""
    return run_script("tsql", _read_targets)


def _read_targets(folder: Path) -> int:
    for adapter in TARGETS:
        if importlib.util.find_spec(f"dbt.adapters.{adapter}") is None:
            raise MissingEngineError(f"T-SQL not tried: no Python package dbt-{adapter} here (make tsql installs it)")
    passed = failed = 0
    needed: set[tuple[str, str]] = set()
    for target in TARGETS:
        with working(f"compiling for {target}"):
            compiled = compile_models(target, folder)
        not_yet = 0
        for node, sql in sorted(compiled.items()):
            findings = find_constructs(sql)
            unknown = [finding for finding in findings if (node, finding.construct) not in NOT_YET]
            needed.update((node, finding.construct) for finding in findings)
            not_yet += bool(findings) and not unknown
            failed += bool(unknown)
            passed += not unknown
            for finding in unknown:
                print(f"{target}: {node}, compiled line {finding.line}: {finding.construct}: {finding.text}")
        print(f"{target}: {len(compiled)} models and data tests read as T-SQL, {not_yet} of them not portable yet")
    for (node, construct), reason in NOT_YET.items():
        print(f"not yet: {node}: {construct}: {reason}")
        if (node, construct) not in needed:
            print(f"{node}: {construct} is no longer needed; take it out of NOT_YET")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def find_constructs(sql: str) -> list[Finding]:
    """Find what T-SQL has not in a query, once a construct."""
    parsed = _linter().parse_string(sql)
    found: dict[str, Finding] = {}
    for construct, segment in _constructs(parsed.tree):
        line = segment.pos_marker.line_no if segment.pos_marker else 0
        found.setdefault(construct, Finding(construct, line, " ".join(segment.raw.split())[:80]))
    return list(found.values())


@functools.cache
def _linter() -> Linter:
    return Linter(FluffConfig(overrides={"dialect": "tsql", "templater": "raw", "large_file_skip_byte_limit": 0}))


def _constructs(tree: BaseSegment) -> Iterator[tuple[str, BaseSegment]]:
    for segment, parents in _walk(tree, ()):
        kind = segment.get_type()
        inside = {parent.get_type() for parent in parents}
        if kind == "unparsable":
            yield "not T-SQL", segment
        elif kind == "statement" and any(part.is_type("statement") for part in _before(segment, parents[-1])):
            # T-SQL needs no semicolon, so that what does not belong to a query starts another
            yield "a second statement", segment
        elif kind == "casting_operator":
            yield "a cast by ::", segment
        elif segment.raw.lower() in WORDS and not segment.segments:
            yield f"the word {segment.raw.lower()}", segment
        elif kind == "function_name" and segment.raw.lower() not in FUNCTIONS:
            yield f"the function {segment.raw.lower()}", segment
        elif kind == "data_type" and segment.raw.strip().lower() in TEXTS:
            yield "a text type without a length, which is 30 characters", segment
        elif kind == "with_compound_statement" and kind in inside:
            yield "a with inside another", segment
        elif kind == "orderby_clause" and "bracketed" in inside and not _is_windowed(parents):
            yield "an order in a subquery", segment
        elif kind == "groupby_clause" and any(part.is_type("literal") for part in segment.segments):
            yield "a group by a constant", segment
        elif _is_condition_as_value(segment):
            yield "a condition as a value", segment


def _walk(segment: BaseSegment, parents: tuple[BaseSegment, ...]) -> Iterator[tuple[BaseSegment, tuple]]:
    for part in segment.segments:
        if part.is_type("comment", "whitespace", "newline", "quoted_literal"):
            continue
        yield part, (*parents, segment)
        yield from _walk(part, (*parents, segment))


def _is_windowed(parents: tuple[BaseSegment, ...]) -> bool:
    return any(parent.is_type("window_specification", "over_clause", "within_group_clause") for parent in parents)


def _before(segment: BaseSegment, parent: BaseSegment) -> tuple[BaseSegment, ...]:
    return parent.segments[: parent.segments.index(segment)]


def _is_condition_as_value(segment: BaseSegment) -> bool:
    if segment.is_type("select_clause_element"):
        return any(map(_is_condition, segment.segments))
    return segment.is_type("expression") and _compares_conditions(segment)


def _is_condition(expression: BaseSegment) -> bool:
    return expression.is_type("expression") and any(
        part.is_type("comparison_operator") or (part.is_type("keyword") and part.raw.lower() in CONDITION_WORDS)
        for part in expression.segments
    )


def _compares_conditions(expression: BaseSegment) -> bool:
    parts = [part for part in expression.segments if part.is_code]
    for before, operator, after in zip(parts, parts[1:], parts[2:], strict=False):
        if operator.is_type("comparison_operator"):
            for side in (before, after):
                if side.is_type("bracketed") and any(map(_is_condition, side.segments)):
                    return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
