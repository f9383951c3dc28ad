select * from marts.fct_published_figure
