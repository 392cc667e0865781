-- Officials who were brought by a file: the unit that it names, and when a file named them last.
ALTER TABLE account
    ADD COLUMN unit text,
    ADD COLUMN listed_at timestamptz;
