-- How far to believe each trace: what was lost or could not be read, which events are missing, and whether one path was exported in two states
-- (a file that was still being copied: remove the folder of the older one).
SELECT t.trace_id, t.path, t.events_lost, t.buffers_lost, t.damaged_buffers, t.decode_errors, t.missing,
       t.object_events,
       CASE WHEN t.object_events = 0 THEN NULL ELSE t.object_events_with_stack * 1.0 / t.object_events END AS with_stack,
       t.handles_lost, t.handles_with_unknown_owner,
       t.schema_version,
       count(*) OVER (PARTITION BY t.path) AS states_of_path
FROM trace t
ORDER BY t.events_lost + t.buffers_lost + t.damaged_buffers + t.decode_errors DESC, t.trace_id;
