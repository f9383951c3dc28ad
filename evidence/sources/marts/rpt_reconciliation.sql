select * from marts.rpt_reconciliation
