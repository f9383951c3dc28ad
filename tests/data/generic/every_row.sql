{% test every_row(model, condition) %}
select *
from {{ model }}
where coalesce(case when {{ condition }} then 1 else 0 end, 0) = 0
{% endtest %}
