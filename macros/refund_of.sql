{#-
    State refund of high-cost cases by the scale of a year (`int_high_cost_cases__refund_scales`), marginal from
    threshold to threshold (serviceloven § 176); NULL where the scale is not known. Most cases reach no threshold: they
    are settled by one comparison.
-#}
{% macro refund_of(cost, scale) -%}
    case
        when {{ cost }} <= {{ scale }}.threshold_25_dkk then 0
        else
            {{ scale }}.added_rate_25_share * cast({{ cost }} - {{ scale }}.threshold_25_dkk as decimal(28, 2))
            + {{ scale }}.added_rate_50_share
            * cast(greatest({{ cost }} - {{ scale }}.threshold_50_dkk, 0) as decimal(28, 2))
            + {{ scale }}.added_rate_75_share
            * cast(greatest({{ cost }} - {{ scale }}.threshold_75_dkk, 0) as decimal(28, 2))
    end
{%- endmacro %}

{#-
    Refund of a month's cost, settled against a twelfth of the thresholds (BEK 1485 of 2023, § 3), to the øre: twelve
    times the cost is held against the whole scale, so that no twelfth of a threshold is rounded.
-#}
{% macro monthly_refund_of(cost, scale) -%}
    case
        when 12 * {{ cost }} <= {{ scale }}.threshold_25_dkk then 0
        else round({{ exact_ratio(refund_of('12 * ' ~ cost, scale), '12') }}, 2)
    end
{%- endmacro %}

{#- The bracket of a year's cost; NULL where the scale is not known. -#}
{% macro bracket_of(annual_cost, scale) -%}
    case
        when {{ annual_cost }} <= {{ scale }}.threshold_25_dkk then 'none'
        when {{ annual_cost }} <= {{ scale }}.threshold_50_dkk then '25'
        when {{ annual_cost }} <= {{ scale }}.threshold_75_dkk then '50'
        when {{ annual_cost }} > {{ scale }}.threshold_75_dkk then '75'
    end
{%- endmacro %}
