select * from marts.fct_housing_investment
