select * from marts.fct_appropriation_item
