-- Leaks by the stack that created the object, over all traces. A stack is told by its hash: the functions, without offsets.
-- `stack` is its frame that says most; for all frames: SELECT text FROM stacks WHERE stack_hash = '…' ORDER BY frame_index.
SELECT s.stack_hash,
       coalesce(min(s.text), '(no stack)') AS stack,
       count(DISTINCT h.trace_id) AS traces,
       count(*) AS leaked
FROM handles h
JOIN objects o ON o.trace_id = h.trace_id AND o.object_id = h.object_id
LEFT JOIN stacks s ON s.trace_id = o.trace_id AND s.stack_id = o.create_stack_id AND s.own
WHERE h.leak
GROUP BY s.stack_hash
ORDER BY leaked DESC, stack;
