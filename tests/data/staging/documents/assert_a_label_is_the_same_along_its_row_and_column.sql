-- A cell under another label than its neighbours would be counted in another year, station or area.
select
    table_id,
    row_no as place,
    count(distinct row_label) as labels
from {{ ref('stg_documents__figures') }}
where is_table = 1
group by table_id, row_no
having count(distinct row_label) <> 1
union all
select
    table_id,
    column_no as place,
    count(distinct column_label) as labels
from {{ ref('stg_documents__figures') }}
where is_table = 1
group by table_id, column_no
having count(distinct column_label) <> 1
