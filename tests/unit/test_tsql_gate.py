"""The reading of compiled SQL as T-SQL finds what SQL Server has not, and lets pass what it has."""

import pytest

from tests.engines.tsql import find_constructs


@pytest.mark.parametrize(
    ("sql", "construct"),
    [
        ("select first_name || last_name as full_name from people", "not T-SQL"),
        ("select name from people order by name desc nulls last", "a second statement"),
        ("select name from people limit 3", "not T-SQL"),
        ("select id from lines inner join years using (id)", "the word using"),
        ("select name as plan from people", "not T-SQL"),
        ("select born::date as born from people", "a cast by ::"),
        ("select extract(year from born) as year from people", "the function extract"),
        ("select length(name) as letters from people", "the function length"),
        ("select chr(160) as space", "the function chr"),
        ("select name from people where regexp_like(name, 'a+')", "the function regexp_like"),
        ("select true as is_known", "the word true"),
        ("select cast(born as varchar) as born from people", "a text type without a length, which is 30 characters"),
        ("select count(*) as people from people group by 1", "a group by a constant"),
        ("select name from (select name from people order by name) as sorted", "an order in a subquery"),
        (
            "with all_ones as (with ones as (select 1 as one) select one from ones) select one from all_ones",
            "a with inside another",
        ),
        ("select born is null as is_unborn from people", "a condition as a value"),
        ("select age > 3 as is_old from people", "a condition as a value"),
        ("select name from people where (born is null) = (died is null)", "a condition as a value"),
        (
            "select case when (born is null) = (died is null) then 1 else 0 end as same from people",
            "a condition as a value",
        ),
    ],
)
def test_what_t_sql_has_not_is_found(sql, construct):
    assert construct in [finding.construct for finding in find_constructs(sql)]


def test_what_t_sql_has_is_let_pass():
    sql = """
    -- length(name) || 'limit 3' in a comment and a text is none
    with ranked as (
        select
            people.*,
            'a || b limit' as note,
            row_number() over (partition by datepart(year, born) order by name desc) as place
        from people
    )

    select
        cast(case when born is null or (age > 3 and age < 5) then 1 else 0 end as integer) as is_known,
        first_name + ' ' + cast(age as varchar(8000)) as label,
        cast(round(cast(amount as decimal(20, 6)) / nullif(parts, 0), 2) as decimal(18, 2)) as amount_dkk
    from ranked
    where place = 1
    """
    assert find_constructs(sql) == []
