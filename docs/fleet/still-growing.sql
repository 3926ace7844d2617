-- Does it still grow? Leaked handles of each process and type by the quarter of the trace in which they were opened. What is opened once and
-- kept (a cache, a pool) stands in the first quarter; a leak goes on: each quarter has some, and the last no less than half of an even share.
SELECT q.trace_id, q.owner_name, q.owner_pid, q.object_type,
       q.q1, q.q2, q.q3, q.q4, q.leaked,
       q.q1 > 0 AND q.q2 > 0 AND q.q3 > 0 AND 8 * q.q4 >= q.leaked AS growing
FROM (
  SELECT h.trace_id, h.owner_process_id, h.owner_name, h.owner_pid, h.object_type,
         sum(CASE WHEN h.open_ns * 4 < t.last_event_ns THEN 1 ELSE 0 END) AS q1,
         sum(CASE WHEN h.open_ns * 4 >= t.last_event_ns AND h.open_ns * 2 < t.last_event_ns THEN 1 ELSE 0 END) AS q2,
         sum(CASE WHEN h.open_ns * 2 >= t.last_event_ns AND h.open_ns * 4 < t.last_event_ns * 3 THEN 1 ELSE 0 END) AS q3,
         sum(CASE WHEN h.open_ns * 4 >= t.last_event_ns * 3 THEN 1 ELSE 0 END) AS q4,
         count(*) AS leaked
  FROM handles h
  JOIN trace t ON t.trace_id = h.trace_id
  WHERE h.leak
  GROUP BY h.trace_id, h.owner_process_id, h.owner_name, h.owner_pid, h.object_type
) q
ORDER BY growing DESC, q.leaked DESC, q.trace_id, q.owner_pid, q.object_type;
