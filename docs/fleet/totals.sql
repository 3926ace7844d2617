-- The rows of `leaklanes totals --by type|process|name|stack`, of every trace: handles that are not closed when the trace ends.
SELECT h.trace_id, 'type' AS counted_by, coalesce(h.object_type, '(no type)') AS label,
       count(*) AS open, sum(CASE WHEN h.leak THEN 1 ELSE 0 END) AS leaked
FROM handles h
WHERE h.end_kind = 'open'
GROUP BY h.trace_id, h.object_type
UNION ALL
SELECT h.trace_id, 'process',
       CASE WHEN h.owner_pid IS NULL THEN 'unknown'
            ELSE concat(coalesce(h.owner_name, ''), '(', h.owner_pid, ')') END,
       count(*), sum(CASE WHEN h.leak THEN 1 ELSE 0 END)
FROM handles h
WHERE h.end_kind = 'open'
GROUP BY h.trace_id, h.owner_process_id, h.owner_pid, h.owner_name
UNION ALL
SELECT h.trace_id, 'name', coalesce(nullif(o.name, ''), '(no name)'),
       count(*), sum(CASE WHEN h.leak THEN 1 ELSE 0 END)
FROM handles h
JOIN objects o ON o.trace_id = h.trace_id AND o.object_id = h.object_id
WHERE h.end_kind = 'open'
GROUP BY h.trace_id, coalesce(nullif(o.name, ''), '(no name)')
UNION ALL
SELECT h.trace_id, 'stack', coalesce(s.text, '(no stack)'),
       count(*), sum(CASE WHEN h.leak THEN 1 ELSE 0 END)
FROM handles h
JOIN objects o ON o.trace_id = h.trace_id AND o.object_id = h.object_id
LEFT JOIN stacks s ON s.trace_id = o.trace_id AND s.stack_id = o.create_stack_id AND s.own
WHERE h.end_kind = 'open'
GROUP BY h.trace_id, o.create_stack_id, s.text
ORDER BY 1, 2, 4 DESC, 3;
