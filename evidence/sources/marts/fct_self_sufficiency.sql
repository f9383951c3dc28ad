select * from marts.fct_self_sufficiency
