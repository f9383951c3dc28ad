select * from marts.fct_station_budget
