"""The kinds of extracts, and what each is declared to be."""

from pathlib import Path

from fingerplan.errors import REJECTED, Refused
from fingerplan.seeds import Declaration, declared_models

# the column that is summed in each kind of extract
AMOUNTS = {"cases": "monthly_cost_dkk", "postings": "amount_dkk", "kpis": "value"}
KINDS = tuple(AMOUNTS)
MODELS = Path("models", "staging", "extracts", "_extracts__models.yml")


def declared_extracts(root: Path) -> dict[str, Declaration]:
    """Read the declaration of each kind: that of its model `stg_extracts__<kind>`.

    A column with a data_type is delivered; `data_origin`, which the warehouse adds, has none.

    Raises:
        Refused: exit code 3, where the declarations cannot be read.
    """
    models = declared_models(root, root / MODELS)
    missing = [f"stg_extracts__{kind}" for kind in KINDS if f"stg_extracts__{kind}" not in models]
    if missing:
        raise Refused(REJECTED, [f"{MODELS}: no model {', '.join(missing)}; put it back"])
    return {kind: models[f"stg_extracts__{kind}"] for kind in KINDS}
