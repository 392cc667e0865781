-- Final answers of officers, and the seconds from the first filing to each, added up: a return is no
-- answer, and a mended filing has waited since the one that was returned.
ALTER TABLE figure_event
    ADD COLUMN answered integer NOT NULL DEFAULT 0,
    ADD COLUMN waited_s bigint NOT NULL DEFAULT 0;
ALTER TABLE figure_hour
    ADD COLUMN answered bigint NOT NULL DEFAULT 0,
    ADD COLUMN waited_s bigint NOT NULL DEFAULT 0;
