-- Leaks by program over all traces, the worst first: how many, of how many processes, in how many traces.
SELECT coalesce(owner_name, '(no name)') AS program,
       count(DISTINCT CASE WHEN leak THEN trace_id END) AS traces,
       count(DISTINCT CASE WHEN leak THEN concat(trace_id, ' ', owner_process_id) END) AS processes,
       sum(CASE WHEN leak THEN 1 ELSE 0 END) AS leaked,
       count(*) AS open
FROM handles
WHERE end_kind = 'open'
GROUP BY owner_name
ORDER BY leaked DESC, program;
