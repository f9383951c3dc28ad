"""Postings and key figures of every month."""

import random
from collections import Counter

from fingerplan.sample.measurements import kpi_rows, posting_rows


def test_every_month_has_every_key_figure_once():
    rows = list(kpi_rows(random.Random(1)))  # noqa: S311 - synthetic data
    counted = Counter((month, kpi_id) for month, kpi_id, _ in rows)
    assert set(counted.values()) == {1}
    assert Counter(kpi_id for _, kpi_id, _ in rows) == dict.fromkeys({kpi_id for _, kpi_id, _ in rows}, 29)
    visits = {month: int(value) for month, kpi_id, value in rows if kpi_id == "virtual_visits"}
    assert visits["2024-05-01"] == 0, "virtual support starts in June 2024"
    assert visits["2024-06-01"] > 0


def test_a_line_is_posted_once_a_month_at_most_and_always_as_a_cost():
    rows = list(posting_rows(random.Random(1)))  # noqa: S311 - synthetic data
    assert len({(month, line_id) for month, line_id, _ in rows}) == len(rows)
    assert all(float(amount) > 0 for _, _, amount in rows)
    assert min(month for month, line_id, _ in rows if line_id == "fp2024-3-1") == "2024-06-01"
    assert {month[5:7] for month, line_id, _ in rows if line_id == "fp2024-2-1"} == {"01", "07"}
