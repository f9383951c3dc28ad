{#-
    The number that a printed Danish figure stands for, as decimal(18, 4); NULL for a blank cell and for '-'.
    '1.350' is 1350, '- 1.350' is -1350, '-5,3' is -5.3, '0.0' is 0.0 (a point that is not followed by exactly three
    digits is a decimal point), '-200*' is -200 and '990.000 og derunder' is 990000.
-#}
{% macro printed_number(printed) -%}
    {%- set bare = strip_printed_marks(printed) -%}
    cast(
        case
            when {{ bare }} in ('', '-') then null
            when {{ dbt.position("','", bare) }} > 0 then replace(replace({{ bare }}, '.', ''), ',', '.')
            when {{ has_decimal_point(bare) }} then {{ bare }}
            else replace({{ bare }}, '.', '')
        end as decimal(18, 4)
    )
{%- endmacro %}

{#-
    Half a unit of the last digit that a figure is printed with: 0.005 for '4,45', 0.05 for '0.0', 0.5 for '1.350'; NULL
    for more than four decimals, which no document prints.
-#}
{% macro half_of_last_digit(printed) -%}
    {%- set bare = strip_printed_marks(printed) -%}
    case
        case
            when {{ dbt.position("','", bare) }} > 0 then {{ dbt.length(bare) }} - {{ dbt.position("','", bare) }}
            when {{ has_decimal_point(bare) }} then {{ dbt.length(bare) }} - {{ dbt.position("'.'", bare) }}
            else 0
        end
        when 0 then 0.5
        when 1 then 0.05
        when 2 then 0.005
        when 3 then 0.0005
        when 4 then 0.00005
    end
{%- endmacro %}

{#-
    Without footnote stars, spaces (chr(160) is the hard space that documents print inside numbers), a leading plus and
    the words of the lowest refund bracket.
-#}
{% macro strip_printed_marks(printed) -%}
    replace(replace(replace(replace(replace({{ printed }}, ' ', ''), '*', ''), chr(160), ''), '+', ''), 'ogderunder', '')
{%- endmacro %}

{% macro has_decimal_point(bare) -%}
    {{ dbt.length(bare) }} - {{ dbt.length("replace(" ~ bare ~ ", '.', '')") }} = 1
    and {{ dbt.length(bare) }} - {{ dbt.position("'.'", bare) }} <> 3
{%- endmacro %}
