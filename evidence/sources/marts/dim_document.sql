select * from marts.dim_document
