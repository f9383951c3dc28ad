select * from marts.fct_pressure_against_plan
