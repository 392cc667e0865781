-- How often an employer declared its staff in a period: each change screens again who waits.
ALTER TABLE staff_declaration ADD COLUMN changes integer NOT NULL DEFAULT 1;
