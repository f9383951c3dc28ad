{#-
    State refund of a month's cost of one case (serviceloven § 176, settled monthly against a twelfth of the thresholds:
    BEK 1485 of 2023, § 3), as a sum over the year's steps {threshold, added rate}. Twelve times the cost is held against
    the whole threshold, so that no twelfth is rounded; divide the sum by twelve.
-#}
{% macro twelvefold_refund(monthly_cost, threshold, added_rate) -%}
    {{ added_rate }} * cast(greatest(12 * {{ monthly_cost }} - {{ threshold }}, 0) as decimal(28, 2))
{%- endmacro %}
