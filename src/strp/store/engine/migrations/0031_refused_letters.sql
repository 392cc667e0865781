-- A letter that the mail server refuses for good is kept: its time to be tried is `infinity`, which
-- senders of every release pass over, until an operator has it sent again.
ALTER TABLE mail ADD COLUMN refused_at timestamptz, ADD COLUMN refusal smallint;
