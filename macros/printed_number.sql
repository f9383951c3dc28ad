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

{#- How many decimals a figure is printed with: 2 for '4,45', 1 for '0.0', 0 for '1.350'. -#}
{% macro printed_decimals(printed) -%}
    {%- set bare = strip_printed_marks(printed) -%}
    case
        when {{ dbt.position("','", bare) }} > 0 then {{ dbt.length(bare) }} - {{ dbt.position("','", bare) }}
        when {{ has_decimal_point(bare) }} then {{ dbt.length(bare) }} - {{ dbt.position("'.'", bare) }}
        else 0
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
