select * from marts.dim_code_name
