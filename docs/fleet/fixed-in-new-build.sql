-- Is it fixed in the new build? Leaks of each function (that of the frame that says most) by version of its module, in traces in which that
-- version was seen in a stack. Fixed: traces > 0 and leaked = 0 for the newer version. Needs traces that name versions, and function names.
WITH builds AS (
  SELECT DISTINCT s.trace_id, s.module, s.module_version
  FROM stacks s
  WHERE s.module_version IS NOT NULL
),
versions AS (
  SELECT b.module, b.module_version, count(*) AS traces, min(t.start_utc) AS first_seen
  FROM builds b
  JOIN trace t ON t.trace_id = b.trace_id
  GROUP BY b.module, b.module_version
),
leaks AS (
  SELECT s.module, s.function, s.module_version, count(*) AS leaked
  FROM handles h
  JOIN objects o ON o.trace_id = h.trace_id AND o.object_id = h.object_id
  JOIN stacks s ON s.trace_id = o.trace_id AND s.stack_id = o.create_stack_id AND s.own
  WHERE h.leak AND s.function IS NOT NULL AND s.module_version IS NOT NULL
  GROUP BY s.module, s.function, s.module_version
),
leaking AS (
  SELECT DISTINCT module, function FROM leaks
)
SELECT f.module, f.function, v.module_version, v.first_seen, v.traces,
       coalesce(l.leaked, 0) AS leaked,
       coalesce(l.leaked, 0) * 1.0 / v.traces AS leaked_per_trace
FROM leaking f
JOIN versions v ON v.module = f.module
LEFT JOIN leaks l ON l.module = f.module AND l.function = f.function AND l.module_version = v.module_version
ORDER BY f.module, f.function, v.first_seen, v.module_version;
