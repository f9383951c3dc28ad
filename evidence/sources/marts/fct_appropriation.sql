select * from marts.fct_appropriation
