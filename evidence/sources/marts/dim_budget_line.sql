select * from marts.dim_budget_line
