"""Procrastinate: jobs on PostgreSQL, for any number of workers on any number of machines.

A worker that is killed shows no life any more; the next sweep, which every worker asks for when it does show life, puts
its jobs back. Jobs carry a queueing lock, so that one of a kind waits, and no other lock: that of a killed worker would
hold up everybody (procrastinate #1408).
"""

import asyncio
import logging
import signal
from contextlib import suppress

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job as WaitingJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from .engine import Job, Run, Work
from .scheduler import build_scheduler

CONNECTIONS = 4  # of one worker, beside those of its SQLAlchemy

log = logging.getLogger(__name__)


class Distributed:
    """The engine of many processes. `url` is that of the database, as SQLAlchemy writes it."""

    is_embedded = False

    def __init__(self, url: str) -> None:
        """Keep where the jobs are. Nothing is opened: who asks for a job does so on a connection of their own."""
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._asking = App(connector=SyncPsycopgConnector())

    def enqueue(self, session: Session, job: Job) -> None:
        """Ask for `job` in the transaction of `session`: rolled back, nobody was asked.

        A clash of locks would spoil that transaction, and so would an engine that is broken; neither is worth it.
        """
        try:
            with session.begin_nested():
                connection = session.connection().connection.driver_connection
                self._asking.configure_task(job, queue=job, queueing_lock=job, connection=connection).defer()
        except AlreadyEnqueued:
            return  # whoever runs it finds what this transaction leaves, or the next tick does
        except ConnectorException:
            log.exception("nobody could be asked to do %s; the tick will ask again", job)

    def work(self, work: Work) -> None:
        """Tick and run jobs until told to stop by SIGTERM or SIGINT; what is in hand comes to its end."""
        scheduler = build_scheduler(work.tick, work.pace.tick)
        scheduler.start()
        try:
            asyncio.run(_Worker(self._address, work).live())
        finally:
            scheduler.shutdown(wait=True)


class _Worker:
    """One process that works. It outlives the database: when that comes back, it goes on."""

    def __init__(self, address: str, work: Work) -> None:
        self._work, self._address = work, address
        self._stopped = asyncio.Event()

    async def live(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stop)
        showing = asyncio.create_task(self._show_life())
        while not self._stopped.is_set():
            try:
                await self._run_jobs()
            except Exception:  # the database went away, or was never there; what is due stands in it
                log.exception("no jobs are run; trying again in %s seconds", self._work.pace.pause)
            await self._wait(self._work.pace.pause)
        await showing

    def _stop(self) -> None:
        self._work.stopping.set()
        self._stopped.set()

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):  # that is what was waited for
            await asyncio.wait_for(self._stopped.wait(), seconds)

    async def _show_life(self) -> None:
        """Write down that this worker is alive, however long a job takes."""
        while not self._stopped.is_set():
            try:
                await asyncio.to_thread(self._work.show_life)
            except Exception:  # as above
                log.exception("no sign of life could be written down")
            await self._wait(self._work.pace.heartbeat)

    async def _run_jobs(self) -> None:
        """Run jobs until told to stop, or until one of the runners breaks. Each kind has its own, so none waits."""
        app = App(connector=PsycopgConnector(conninfo=self._address, min_size=1, max_size=CONNECTIONS))
        self._add_tasks(app)
        async with app.open_async():
            runners = [asyncio.create_task(self._run_queue(app, job)) for job in app_queues(app)]
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait([*runners, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in (*runners, stopped):
                task.cancel()  # a runner takes it as a wish, and waits for its job
            ends = await asyncio.gather(*runners, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _run_queue(self, app: App, queue: str) -> None:
        pace = self._work.pace
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=1,
            delete_jobs="always",  # a wake-up that is over is worth nothing; what came of it stands elsewhere
            fetch_job_polling_interval=pace.heartbeat,
            update_heartbeat_interval=pace.heartbeat,
            stalled_worker_timeout=pace.silent,
            install_signal_handlers=False,
        )

    def _add_tasks(self, app: App) -> None:
        def add(job: Job, run: Run) -> None:
            @app.task(name=job, queue=job, pass_context=True)
            def do(context: JobContext) -> None:
                run(holder_of(context.job))

        for job, run in self._work.run.items():
            add(job, run)

        @app.task(name=Job.SWEEP, queue=Job.SWEEP)
        async def sweep() -> None:
            await self._sweep(app.job_manager)

    async def _sweep(self, manager: JobManager) -> None:
        """Free what killed workers held, and put their jobs back."""
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._work.pace.silent):
            log.warning("the worker of %s is gone; it runs again", holder_of(job))
            await asyncio.to_thread(self._work.lost, holder_of(job))
            try:
                await manager.retry_job(job)
            except UniqueViolation:  # one of its kind waits already, and does what this one would
                await manager.finish_job(job, Status.FAILED, delete_job=True)
            except ConnectorException:
                log.warning("%s was put back by somebody else", holder_of(job), exc_info=True)


def app_queues(app: App) -> list[str]:
    """Return the queues that tasks of ours stand in."""
    return sorted({task.queue for task in app.tasks.values()} & set(Job))


def holder_of(job: WaitingJob) -> str:
    """Return the name under which this run of `job` holds things; the next run of the same job has another one."""
    return f"job-{job.id}-{job.attempts}"
