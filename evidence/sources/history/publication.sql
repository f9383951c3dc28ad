select run_id, ended_at as published_at, fingerplan_version from history.run where outcome = 'published' order by run_no desc nulls last, run_id desc limit 1
