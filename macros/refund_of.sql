{#-
    State refund of high-cost cases by the scale of a year (`int_high_cost_cases__refund_scales`), marginal from
    threshold to threshold (serviceloven § 176). In integer øre and millionths: integers are exact, and decimals of
    this width are thirty times as slow; NULL where the scale is not known.

    cost_oere  the cost in øre, as an integer
    Returns millionths of an øre, as an integer.
-#}
{% macro refund_of(cost_oere, scale) -%}
    (
        {{ scale }}.added_rate_25_millionths * ({{ cost_oere }} - {{ scale }}.threshold_25_oere)
        + {{ scale }}.added_rate_50_millionths * greatest({{ cost_oere }} - {{ scale }}.threshold_50_oere, 0)
        + {{ scale }}.added_rate_75_millionths * greatest({{ cost_oere }} - {{ scale }}.threshold_75_oere, 0)
    )
{%- endmacro %}

{#- Refund of a year's cost, rounded to the øre. Most cases reach no threshold, so one comparison is enough for them. -#}
{% macro annual_refund_of(cost_dkk, scale) -%}
    case
        when {{ cost_dkk }} <= {{ scale }}.threshold_25_dkk then 0
        else {{ oere_to_dkk(divide_half_up(refund_of(dkk_to_oere(cost_dkk), scale), 1000000)) }}
    end
{%- endmacro %}

{#-
    Refund of a month's cost, settled against a twelfth of the thresholds (BEK 1485 of 2023, § 3) and rounded to the øre:
    twelve times the cost is compared with the whole scale, so that no twelfth of a threshold is rounded.
-#}
{% macro monthly_refund_of(cost_dkk, scale) -%}
    case
        when 12 * {{ cost_dkk }} <= {{ scale }}.threshold_25_dkk then 0
        else {{ oere_to_dkk(divide_half_up(refund_of('12 * ' ~ dkk_to_oere(cost_dkk), scale), 12000000)) }}
    end
{%- endmacro %}

{#- A share of a cost, rounded to the øre, half away from zero; the share in millionths. -#}
{% macro share_of(cost_dkk, share_millionths) -%}
    {%- set share = share_millionths ~ ' * ' ~ dkk_to_oere(cost_dkk) -%}
    case
        when {{ cost_dkk }} < 0 then {{ oere_to_dkk('-' ~ divide_half_up('-' ~ share, 1000000)) }}
        else {{ oere_to_dkk(divide_half_up(share, 1000000)) }}
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

{#- A quotient of two integers that are not negative, rounded half up. -#}
{% macro divide_half_up(dividend, divisor) -%}
    {{ integer_divide(dividend ~ ' + ' ~ divisor // 2, divisor) }}
{%- endmacro %}

{% macro in_millionths(share) -%}
    cast(1000000 * {{ share }} as bigint)
{%- endmacro %}

{% macro dkk_to_oere(amount_dkk) -%}
    cast(100 * {{ amount_dkk }} as bigint)
{%- endmacro %}

{% macro oere_to_dkk(amount_oere) -%}
    cast(cast({{ amount_oere }} as decimal(16, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
