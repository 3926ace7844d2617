-- Handles handed down: from which program to which child, how many, how many the child still holds, or left to the system.
SELECT coalesce(p.name, '(no name)') AS parent,
       coalesce(h.owner_name, '(no name)') AS child,
       coalesce(h.object_type, '(no type)') AS type,
       count(DISTINCT h.trace_id) AS traces,
       count(*) AS handles,
       sum(CASE WHEN h.end_kind = 'open' THEN 1 ELSE 0 END) AS open,
       sum(CASE WHEN h.leak_at_exit THEN 1 ELSE 0 END) AS swept
FROM handles h
LEFT JOIN processes p ON p.trace_id = h.trace_id AND p.process_id = h.source_process_id
WHERE h.start_kind = 'inherited'
GROUP BY p.name, h.owner_name, h.object_type
ORDER BY handles DESC, parent, child, type;
