"""Tables of the job queue: the schema that procrastinate brings.

A newer procrastinate changes its schema by its own migrations: when a test says that
`SCHEMA_SHA256` differs, put what it adds (`procrastinate/sql/migrations`) into a new file here,
written so that it also passes on a database made with the new schema.
"""

from procrastinate.schema import SchemaManager

SCHEMA_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
SQL: str = SchemaManager.get_schema()
