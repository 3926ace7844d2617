-- What programs leave to the system: handles that only the end of their process closed, by program and type, with what they closed themselves.
SELECT coalesce(owner_name, '(no name)') AS program,
       coalesce(object_type, '(no type)') AS type,
       count(DISTINCT CASE WHEN leak_at_exit THEN trace_id END) AS traces,
       sum(CASE WHEN leak_at_exit THEN 1 ELSE 0 END) AS swept,
       sum(CASE WHEN end_kind IN ('closed', 'closedByOther') THEN 1 ELSE 0 END) AS closed
FROM handles
GROUP BY owner_name, object_type
HAVING sum(CASE WHEN leak_at_exit THEN 1 ELSE 0 END) > 0
ORDER BY swept DESC, program, type;
