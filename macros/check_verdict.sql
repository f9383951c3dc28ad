{#-
    How far a printed and a computed value may lie apart before their intervals no longer meet, on the side where they
    lie. `check` is a relation with printed_value, printed_half, computed_value, computed_low and computed_high, all in
    one unit; NULL where nothing could be computed. A half is half a unit of the last printed digit (`half_of_last_digit`
    in macros/printed_number.sql).
-#}
{% macro check_tolerance(check) -%}
    {{ check }}.printed_half
    + case
        when {{ check }}.computed_value >= {{ check }}.printed_value
            then {{ check }}.computed_value - {{ check }}.computed_low
        else {{ check }}.computed_high - {{ check }}.computed_value
    end
{%- endmacro %}

{#-
    The verdict on a check: exact, rounding, documented or unreconciled. `known`, where given, is a relation with the
    printed_value and computed_value that a discrepancy was documented for: it speaks for the check only while both
    are still the ones it was written about. The same verdict in Python is `fingerplan/minutes/verify/verdict.py`.
-#}
{% macro check_verdict(check, known=none) -%}
    case
        when {{ check }}.computed_value = {{ check }}.printed_value then 'exact'
        when abs({{ check }}.computed_value - {{ check }}.printed_value) <= {{ check_tolerance(check) }} then 'rounding'
        {%- if known %}
        when
            {{ known }}.printed_value = {{ check }}.printed_value
            and (
                {{ known }}.computed_value = {{ check }}.computed_value
                or ({{ known }}.computed_value is null and {{ check }}.computed_value is null)
            )
            then 'documented'
        {%- endif %}
        else 'unreconciled'
    end
{%- endmacro %}
