"""Settings of the bundled PostgreSQL, sized to the machine, and written out at each start."""

import os
from pathlib import Path

_MIB = 1 << 20
_GIB = 1 << 30
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def memory_bytes() -> int:
    """Memory that this machine or container may use, in bytes."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(installed, int(_CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):
        return installed


def sized_settings(memory: int, cores: int, free_disk: int) -> dict[str, str]:
    """Settings for a server that shares its machine with STRP itself.

    Args:
        memory: bytes that the machine or container has.
        cores: processors that it has.
        free_disk: bytes that are free where the data lie.
    """
    shared = min(max(memory // 8, 128 * _MIB), 8 * _GIB)
    log = min(max(free_disk // 10, _GIB), 16 * _GIB)
    return {
        # After each checkpoint, a page that is touched is logged whole; keys come at random, so
        # that is nearly every page of an index. The fewer checkpoints, the less is written.
        "max_wal_size": f"{log // _MIB}MB",
        # What a backup or an archive that stalls may keep back; then it is given up.
        "max_slot_wal_keep_size": f"{log // _MIB}MB",
        "shared_buffers": f"{shared // _MIB}MB",
        "effective_cache_size": f"{memory // 2 // _MIB}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64 * _MIB), 1024 * _MIB) // _MIB}MB",
        "work_mem": f"{min(max(memory // 1024, 4 * _MIB), 32 * _MIB) // _MIB}MB",
        "max_parallel_workers": str(max(cores, 2)),
        "max_parallel_maintenance_workers": str(max(cores // 2, 1)),
        "autovacuum_max_workers": str(min(max(cores // 2, 2), 4)),
    }


FIXED_SETTINGS = {
    # On its socket, nobody but local processes of the accounts in pg_ident.conf.
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # What a receipt rests on: an acknowledged filing survives a power cut.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # pglz takes 50 to 120 µs a page: with keys that come at random, half of the server's work.
    "wal_compression": "off",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    # Short set operations: compiling them costs more than it saves.
    "jit": "off",
    "random_page_cost": "1.1",
    # Rows are found by key: a fourth of the usual sample says enough, at a sixth of the cost.
    "default_statistics_target": "25",
    # Queues churn: tidy often, a little at a time.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "idle_in_transaction_session_timeout": "60s",
    # Logs carry no personal data: no statements with values, no details of a failed row.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_lock_waits": "on",
    # A week of logs, one file a day.
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "lc_messages": "C",
}


def configuration_file(settings: dict[str, str], has_override: bool) -> str:
    """Text of postgresql.conf; an operator's own settings come from `override.conf` beside it.

    Args:
        settings: by their names in PostgreSQL; values without quotes.
        has_override: whether `override.conf` is there.
    """
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    head = "# Written by STRP at each start. Put your own settings into override.conf beside this."
    include = ["include 'override.conf'"] if has_override else []
    return "\n".join([head, *lines, *include, ""])
