select * from marts.dim_published_table
