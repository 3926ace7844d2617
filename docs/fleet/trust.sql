-- How far to believe each trace: what was lost or could not be read, which events are missing. And how far to believe sums over all traces:
-- states_of_path > 1: one path was exported in several states (a file that was still being copied): remove the folders of the older ones;
-- names_of_trace > 1: the same recording is there under several names, and counts as often: keep one folder;
-- settings_of_all > 1: traces were exported with different filters or symbols (see `settings`): export all with the same.
SELECT t.trace_id, t.path, t.events_lost, t.buffers_lost, t.damaged_buffers, t.decode_errors, t.missing,
       t.object_events,
       CASE WHEN t.object_events = 0 THEN NULL ELSE t.object_events_with_stack * 1.0 / t.object_events END AS with_stack,
       t.handles_lost, t.handles_with_unknown_owner,
       t.schema_version,
       count(*) OVER (PARTITION BY t.path) AS states_of_path,
       count(*) OVER (PARTITION BY t.bytes, substr(t.trace_id, length(t.trace_id) - 15)) AS names_of_trace,
       (SELECT count(DISTINCT a.settings) FROM trace a) AS settings_of_all,
       t.settings
FROM trace t
ORDER BY t.events_lost + t.buffers_lost + t.damaged_buffers + t.decode_errors DESC, t.trace_id;
