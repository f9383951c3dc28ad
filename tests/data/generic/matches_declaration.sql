{% test matches_declaration(
    model, keys=[], required=[], references=[], accepted={}, nullable=[], printed_numbers=[], minimum_rows=1,
    due_months_of=none
) %}
{%- set rows = tested_rows(model, due_months_of) -%}
{%- set all_keys = keys_of_contract() + keys -%}
{%- if execute and not all_keys -%}
    {{ exceptions.raise_compiler_error('no key: the model has no primary key in its contract, and `keys` names none') }}
{%- endif -%}
{%- set never_missing = required + (references | map(attribute='column') | list) + (accepted.keys() | list) -%}
{%- for key in all_keys %}
{%- set parts = [] -%}
{%- for column in key -%}
    {%- do parts.append('coalesce(cast(' ~ column ~ ' as ' ~ text_type() ~ "), '(missing)')") -%}
{%- endfor %}
select
    'key {{ key | join(", ") | replace("'", "''") }}' as broken_rule,
    {{ parts | join(" || ', ' || ") }} as found
from {{ rows }}
group by {{ key | join(', ') }}
having
    count(*) > 1
    {%- for column in key %}
    or {{ column }} is null
    {%- endfor %}
union all
{%- endfor %}
{%- for column in never_missing | unique if column not in nullable %}
select
    'required {{ column }}' as broken_rule,
    '(missing)' as found
from {{ rows }}
where {{ column }} is null
union all
{%- endfor %}
{%- for reference in references %}
select
    'reference {{ reference.column }}' as broken_rule,
    cast({{ reference.column }} as {{ text_type() }}) as found
from {{ rows }}
where
    {{ reference.column }} is not null
    and {{ reference.column }} not in (
        select {{ reference.field }}
        from {{ reference.to }}
        where {{ reference.field }} is not null
    )
union all
{%- endfor %}
{%- for column, values in accepted.items() %}
select
    'accepted {{ column }}' as broken_rule,
    cast({{ column }} as {{ text_type() }}) as found
from {{ rows }}
where
    {{ column }} is not null
    and cast({{ column }} as {{ text_type() }}) not in (
        {%- for value in values %}'{{ value }}'{{ ", " if not loop.last }}{% endfor -%}
    )
union all
{%- endfor %}
{%- for column in printed_numbers %}
select
    'printed number {{ column }}' as broken_rule,
    {{ column }} as found
from {{ rows }}
where
    {{ column }} is not null
    and not {{ matches_pattern(column, var('printed_number_pattern')) }}
    and lower({{ column }}) not in (select number_word from {{ ref('number_words') }})
union all
{%- endfor %}
select
    'at least {{ minimum_rows }} rows' as broken_rule,
    cast(count(*) as {{ text_type() }}) as found
from {{ rows }}
having count(*) < {{ minimum_rows }}
{% endtest %}
