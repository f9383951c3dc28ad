with line_months as (
    select * from {{ ref('int_plan__line_months') }}
)

-- nothing has been delivered to measure the effect with, so every realised figure is unknown
select
    cast(line_id as {{ dbt.type_string() }}) as line_id,
    cast(effect_month as date) as month,
    cast(station_id as {{ dbt.type_string() }}) as station_id,
    cast(expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(null as decimal(18, 2)) as realised_effect_dkk,
    cast(null as decimal(18, 2)) as realised_net_of_refund_dkk,
    cast(null as decimal(18, 4)) as planned_quantity,
    cast(null as decimal(18, 4)) as realised_quantity,
    cast(null as {{ dbt.type_string() }}) as quantity_unit,
    cast(null as decimal(18, 2)) as unit_price_dkk,
    cast(null as decimal(18, 2)) as quantity_effect_dkk,
    cast(null as decimal(18, 2)) as price_effect_dkk,
    cast('Der er ikke leveret udtræk, som effekten kan måles på' as {{ dbt.type_string() }}) as measurement_note,
    cast('published' as {{ dbt.type_string() }}) as data_origin
from line_months
