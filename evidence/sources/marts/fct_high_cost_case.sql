select * from marts.fct_high_cost_case
