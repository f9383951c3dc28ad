select
    cast(line_id as {{ text_type() }}) as line_id,
    cast(effect_month as date) as month,
    cast(station_id as {{ text_type() }}) as station_id,
    cast(expected_effect_dkk as decimal(18, 2)) as expected_effect_dkk,
    cast(realised_effect_dkk as decimal(18, 2)) as realised_effect_dkk,
    cast(realised_net_of_refund_dkk as decimal(18, 2)) as realised_net_of_refund_dkk,
    cast(planned_quantity as decimal(18, 4)) as planned_quantity,
    cast(realised_quantity as decimal(18, 4)) as realised_quantity,
    cast(quantity_unit as {{ text_type() }}) as quantity_unit,
    cast(unit_price_dkk as decimal(18, 2)) as unit_price_dkk,
    cast(quantity_effect_dkk as decimal(18, 2)) as quantity_effect_dkk,
    cast(price_effect_dkk as decimal(18, 2)) as price_effect_dkk,
    cast(
        case
            when method = 'none' then method_note
            when realised_effect_dkk is null then 'Der er ikke leveret udtræk for måneden'
            when realised_net_of_refund_dkk is null
                then 'Netto er ukendt: årets beløbsgrænser for statsrefusion er ikke kendt'
        end as {{ text_type() }}
    ) as measurement_note,
    cast(coalesce(data_origin, 'published') as {{ text_type() }}) as data_origin
from {{ ref('int_effects__line_months') }}
