-- Why the certificates of an application could not be made; NULL while nothing is wrong.
ALTER TABLE issue_task ADD COLUMN put_off_because text;
