{#- The floor beside the comparisons: an empty pair of tables agrees in everything. -#}
{% test row_count_at_least(model, minimum) %}
select count(*) as rows_found
from {{ model }}
having count(*) < {{ minimum }}
{% endtest %}
