{% test every_row(model, condition, due_months_of=none) %}
select *
from {{ tested_rows(model, due_months_of) }}
where coalesce(case when {{ condition }} then 1 else 0 end, 0) = 0
{% endtest %}
