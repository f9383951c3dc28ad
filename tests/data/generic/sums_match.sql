{% test sums_match(
    model, expression, group_by, compare_to, compare_expression, compare_group_by=none, tolerance=0, compare_where=none,
    due_months_of=none
) %}
{%- set compare_keys = compare_group_by or group_by -%}
with left_sums as (
    select
        {%- for key in group_by %}
        {{ key }} as key_{{ loop.index }},
        {%- endfor %}
        sum({{ expression }}) as total,
        count(*) - count({{ expression }}) as missing
    from {{ tested_rows(model, due_months_of) }}
    group by {{ group_by | join(', ') }}
),

right_sums as (
    select
        {%- for key in compare_keys %}
        {{ key }} as key_{{ loop.index }},
        {%- endfor %}
        sum({{ compare_expression }}) as total,
        count(*) - count({{ compare_expression }}) as missing
    from {{ tested_rows(compare_to, due_months_of) }}
    {% if compare_where %}where {{ compare_where }}{% endif %}
    group by {{ compare_keys | join(', ') }}
)

select
    {%- for key in group_by %}
    coalesce(left_sums.key_{{ loop.index }}, right_sums.key_{{ loop.index }}) as key_{{ loop.index }},
    {%- endfor %}
    left_sums.total as total,
    right_sums.total as compare_total,
    left_sums.missing as missing,
    right_sums.missing as compare_missing
from left_sums
full outer join right_sums
    on
        {%- for key in group_by %}
        {{ 'and ' if not loop.first }}left_sums.key_{{ loop.index }} = right_sums.key_{{ loop.index }}
        {%- endfor %}
where
    left_sums.total is null
    or right_sums.total is null
    or left_sums.missing > 0
    or right_sums.missing > 0
    or abs(left_sums.total - right_sums.total) > {{ tolerance }}
{% endtest %}
