{#-
    A quotient of two decimals, rounded half away from zero to six decimals, as decimal(28, 6); NULL for a zero divisor.
    Both must have at most six decimals. Rounding a rounded quotient once more would lift 0.49999999996 to 1, so the
    division is one of integers where the engine has those that are wide enough; on DuckDB decimals divide as doubles.
-#}
{% macro exact_ratio(numerator, denominator) -%}
    {{ return(adapter.dispatch('exact_ratio')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__exact_ratio(numerator, denominator) -%}
    cast(round(cast({{ numerator }} as decimal(38, 10)) / nullif({{ denominator }}, 0), 6) as decimal(28, 6))
{%- endmacro %}

{% macro duckdb__exact_ratio(numerator, denominator) -%}
    {%- set whole_numerator = "cast(cast(" ~ numerator ~ " as decimal(28, 6)) * 1000000 as hugeint)" -%}
    {%- set whole_denominator = "nullif(cast(cast(" ~ denominator ~ " as decimal(28, 6)) * 1000000 as hugeint), 0)" -%}
    cast(
        cast(
            sign({{ whole_numerator }}) * sign({{ whole_denominator }}) * (
                (abs({{ whole_numerator }}) * 2000000 + abs({{ whole_denominator }}))
                // (2 * abs({{ whole_denominator }}))
            ) as decimal(28, 0)
        ) * 0.000001 as decimal(28, 6)
    )
{%- endmacro %}

{#- numeric is as wide as it needs to be, and div() gives the whole part of a quotient of two of them. -#}
{% macro postgres__exact_ratio(numerator, denominator) -%}
    {%- set dividend = "cast(" ~ numerator ~ " as decimal(28, 6))" -%}
    {%- set divisor = "nullif(cast(" ~ denominator ~ " as decimal(28, 6)), 0)" -%}
    cast(
        sign({{ dividend }}) * sign({{ divisor }}) * div(
            abs({{ dividend }}) * 2000000 + abs({{ divisor }}), 2 * abs({{ divisor }})
        ) * 0.000001 as decimal(28, 6)
    )
{%- endmacro %}
