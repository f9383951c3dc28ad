-- The service frame is a ceiling of its own: a saving on transfers shown within it would be money that is not there.
-- The plan names one such line, the saving on lost earnings (station 3).
select
    line_id,
    line_name,
    funding_area
from {{ ref('dim_budget_line') }}
where
    (funding_area = 'transfer' and line_name not like 'Besparelse på tabt arbejdsfortjeneste%')
    or (funding_area <> 'transfer' and line_name like 'Besparelse på tabt arbejdsfortjeneste%')
