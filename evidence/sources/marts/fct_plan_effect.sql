select * from marts.fct_plan_effect
