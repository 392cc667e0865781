"""`strp worker`: the process that sends letters and issues certificates."""

import os

from strp.cli.installation import open_system, read_settings, run
from strp.cli.output import last_words_go_into_log

# A receipt is waited for now, a certificate within hours: where both want the processor, this
# process takes a fourth of it (sched(7): a step of niceness is worth 1.25).
NICENESS = 5


def worker() -> None:
    """Run the worker process: letters, certificates, tidying. SIGTERM ends it cleanly."""
    last_words_go_into_log("worker")
    os.nice(NICENESS)
    run(_work())


async def _work() -> None:
    import asyncio
    import signal

    from strp.outside.machine.garbage_collection import freeze_garbage_collector
    from strp.outside.machine.logs import configure_logs
    from strp.usecases.operation.database import wait_for_database
    from strp.worker import run_worker

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = read_settings()
    configure_logs(settings.log_format, "worker")
    if settings.database_url and not await wait_for_database(settings.database_url, stop):
        return
    async with open_system("worker") as system:
        system.serials.go_on_where_left(settings.data_path)
        freeze_garbage_collector()
        await run_worker(system, stop)
