-- DuckDB: the tables of all exported traces. First say where they are:
--   SET VARIABLE fleet = 'leaklanes-export';
-- The path must have no *, ?, [ or ]: they would be taken for a pattern. Run this again when traces have come.
-- union_by_name: traces exported with another schema version may have other columns.
CREATE OR REPLACE VIEW trace AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/trace.parquet', union_by_name = true);
CREATE OR REPLACE VIEW processes AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/processes.parquet', union_by_name = true);
CREATE OR REPLACE VIEW objects AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/objects.parquet', union_by_name = true);
CREATE OR REPLACE VIEW handles AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/handles.parquet', union_by_name = true);
CREATE OR REPLACE VIEW events AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/events.parquet', union_by_name = true);
CREATE OR REPLACE VIEW stacks AS
  SELECT * FROM read_parquet(getvariable('fleet') || '/*/stacks.parquet', union_by_name = true);
