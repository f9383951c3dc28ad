-- The interval of a product is computed for one factor; a second one would be added to it instead of multiplied.
select
    check_id,
    count(*) as factors
from {{ ref('check_terms') }}
where role = 'factor'
group by check_id
having count(*) > 1
