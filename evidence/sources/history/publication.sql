select run_id, ended_at as published_at, fingerplan_version from history.run where outcome = 'published' order by ended_at desc limit 1
