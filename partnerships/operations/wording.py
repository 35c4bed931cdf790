"""Say how the clockwork does: to people in words, to machines in figures."""

from collections.abc import Iterator
from datetime import timedelta

from partnerships.web.words import gettext, ngettext

from .gauging import Gauges, Queue
from .rules.exposition import Gauge, by, one
from .rules.lateness import BOUNDS, Bar, Lateness
from .rules.standing import SHORT_PAUSE, Pulse


def span_text(span: timedelta | None) -> str:
    """Return how long something takes, in its largest unit; nothing when it is not known."""
    if span is None:
        return ""
    seconds = int(span.total_seconds())
    if seconds < 120:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    if seconds < 2 * 3600:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // 60)
    if seconds < 48 * 3600:
        return ngettext("%(num)s hour", "%(num)s hours", seconds // 3600)
    return ngettext("%(num)s day", "%(num)s days", seconds // 86400)


def bars_said(lateness: Lateness) -> list[tuple[str, int]]:
    """Return the bars of the histogram with what each stands for."""
    return [(_bound_text(bar), bar.count) for bar in lateness.bars]


def _bound_text(bar: Bar) -> str:
    if bar.until is None:
        return gettext("more than %(span)s", span=span_text(BOUNDS[-1]))
    return gettext("at most %(span)s", span=span_text(bar.until))


def alarm_text(pulse: Pulse) -> str | None:
    """Return what an owner has to know at once, or None when all runs."""
    if pulse.age is None:
        return gettext("Reminders do not run: the clockwork has never started.")
    if pulse.stands_still:
        return gettext("Reminders stand still: the last tick was %(span)s ago.", span=span_text(pulse.age))
    if pulse.paused_for is not None and pulse.paused_for >= SHORT_PAUSE:
        return gettext("Mail has not gone out for %(span)s: %(why)s", span=span_text(pulse.paused_for), why=pulse.why)
    return None


def gauges_exposed(gauges: Gauges) -> Iterator[Gauge]:
    """Yield the figures of an installation. Those "of the last day" go down again as well: they are no counters."""
    pulse = gauges.pulse
    yield one("tick_age_seconds", "Since the last tick, by the machine's clock.", _seconds(pulse.age))
    yield one("mail_paused", "1 while no mail can get out.", float(pulse.paused_at is not None))
    yield one("workers_alive", "Workers heard of in the last two minutes.", len(gauges.workers))
    yield from _queue("steps", "Steps whose moment has come and that nobody has looked at", gauges.steps)
    yield from _queue("mails", "Mails that should have gone out", gauges.mails)
    yield one("mails_later", "Mails whose time has not come.", gauges.waiting)
    yield one("mails_leased", "Mails that somebody is sending.", gauges.leased)
    yield one("mail_leases_expired", "Mails whose sender has not come back.", gauges.leases_expired)
    yield by("mail_events_last_day", "What happened to mails in 24 hours.", "event", gauges.events)
    codes = {str(code): count for code, count in gauges.codes.items()}
    yield by("mail_smtp_codes_last_day", "Answers of mail servers in 24 hours.", "code", codes)
    yield from _late(gauges.lateness)


def _queue(name: str, explained: str, queue: Queue) -> Iterator[Gauge]:
    yield one(f"{name}_due", f"{explained}.", queue.count)
    oldest = timedelta() if queue.oldest is None else queue.oldest
    yield one(f"{name}_oldest_seconds", f"{explained}: how long the oldest waits.", _seconds(oldest))


def _late(lateness: Lateness) -> Iterator[Gauge]:
    counted, until = {}, 0
    for bar in lateness.bars:
        until += bar.count
        counted[f"{bar.until.total_seconds():g}" if bar.until else "+Inf"] = until
    explained = "Mails of 24 hours that went out at most `le` seconds after they were due, the newest 10,000."
    yield by("mails_late_last_day", explained, "le", counted)
    shares = {"0.5": lateness.half.total_seconds(), "0.99": lateness.most.total_seconds()}
    yield by("mail_lateness_seconds", "Sent minus due, of the same mails.", "quantile", shares)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 1)
