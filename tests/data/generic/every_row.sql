{#-
    The condition holds for every row; a row for which it cannot be said (NULL) is a failure too.

    due_months_of  column of the month, where a refresh looks at the months that are due only
-#}
{% test every_row(model, condition, due_months_of=none) %}
select *
from {{ tested_rows(model, due_months_of) }}
where coalesce(case when {{ condition }} then 1 else 0 end, 0) = 0
{% endtest %}
