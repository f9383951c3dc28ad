select * from marts.dim_delivery
