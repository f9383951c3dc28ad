select * from marts.fct_expiring_grant
