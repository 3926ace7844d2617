-- Leaks by type over all traces: handles opened in a trace and never closed. `open` has those of before the trace, too.
SELECT coalesce(object_type, '(no type)') AS type,
       count(DISTINCT CASE WHEN leak THEN trace_id END) AS traces,
       sum(CASE WHEN leak THEN 1 ELSE 0 END) AS leaked,
       count(*) AS open
FROM handles
WHERE end_kind = 'open'
GROUP BY object_type
ORDER BY leaked DESC, type;
