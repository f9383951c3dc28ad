select * from marts.dim_station
