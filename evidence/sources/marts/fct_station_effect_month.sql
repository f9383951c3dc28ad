select * from marts.fct_station_effect_month
