select * from marts.dim_refund_threshold
