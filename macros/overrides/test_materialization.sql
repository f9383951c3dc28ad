{#-
    Replaces dbt's materialization of tests, which with `store_failures` creates a table for every test that passes too:
    that was most of the time of a green build. Here only failing rows are kept, in the schema audit.
-#}
{% materialization test, default %}

    {% set failing_rows = get_limit_subquery_sql(sql, config.get('limit')) %}

    {% call statement('main', fetch_result=true) %}
        {{ get_test_sql(
            failing_rows, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none
        ) }}
    {% endcall %}

    {% set relations = [] %}
    {% if should_store_failures() %}
        {% set old_failures = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) %}
        {% if old_failures %}
            {% do adapter.drop_relation(old_failures) %}
        {% endif %}
        {% if load_result('main')['table'].rows[0][0] | int > 0 %}
            {% set failures = api.Relation.create(
                database=database, schema=schema, identifier=model['alias'], type='table'
            ) %}
            {% call statement('failing_rows', auto_begin=true) %}
                {{ get_create_sql(failures, failing_rows) }}
            {% endcall %}
            {% do adapter.commit() %}
            {% do relations.append(failures) %}
        {% endif %}
    {% endif %}

    {{ return({'relations': relations}) }}

{% endmaterialization %}
