select * from marts.rpt_effect_overlap
