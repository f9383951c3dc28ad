select * from marts.fct_kpi
