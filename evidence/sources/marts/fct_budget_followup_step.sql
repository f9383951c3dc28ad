select * from marts.fct_budget_followup_step
