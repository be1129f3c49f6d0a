"""The whole bot, put together from its settings: started, drained and stopped by `serve`, the demo, play and tests."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from math import ceil

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from appraisal.language import tone
from bot import failures, slack_people
from bot.clock import MovableClock, SystemClock
from bot.delivery import TIMEOUT, Delivery
from bot.health import Health, listen
from bot.incoming import Http, SocketMode
from bot.posting import Post
from bot.scheduler import Ticker
from bot.settings import HELP, Settings, SettingsError
from bot.sources import connector
from bot.sources.declared import read_sources
from bot.sources.puller import Puller
from bot.sources.push import PushServer
from handlers.dispatch import InFlight, register
from services import claiming
from services.deps import Deps
from storage import outbox
from storage.engine import Database
from storage.migrate import migrate

log = structlog.get_logger()

TICK = 30.0  # seconds
MOST_STEPS = 400  # in which the clock of the demo is moved
STEP_PATIENCE = 5.0  # seconds for the messages of one step
PATIENCE = 10.0  # seconds that a stopping process waits for requests being answered
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


class Bot:
    """A running bot. `async with Bot(settings, clock) as bot` starts it, and stops it without losing anything.

    Raises SettingsError where a setting does not work. With a MovableClock, `advance` moves it.
    """

    def __init__(
        self,
        settings: Settings,
        clock: SystemClock,
        *,
        tick_seconds: float = TICK,
        health: socket.socket | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database.open(settings.database_url)
        self.deps = Deps(self.database, clock.now, settings.hr_admins, sources=read_sources(settings.sources_dir))
        self._tick_seconds = tick_seconds
        self._health_socket = health
        self._stack = AsyncExitStack()
        self.in_flight = InFlight()

    async def __aenter__(self) -> Bot:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        """Each step puts on the stack how it is undone: what started last stops first."""
        await self._open_database()
        await self._prepare_sources()
        if self.settings.local_slack:
            for name in PROXIES:  # slack_sdk would ask the proxy for 127.0.0.1
                os.environ.pop(name, None)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)  # a session's own; slack_sdk's does not apply to it
        session = await self._stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        self._client = self._slack(session)
        await self._check_token()
        await asyncio.to_thread(tone.prepare)
        self._start_delivery(self._slack(session, retry=False))
        self._start_ticker(self._slack(session, patient=True))
        await self._start_incoming()
        await self._start_push()
        await self._start_health()
        log.info("started", state="socket-mode" if self.settings.slack_app_token else "http")

    async def _open_database(self) -> None:
        self._stack.push_async_callback(self.database.dispose)
        try:
            await asyncio.to_thread(migrate, self.settings.database_url)
        except (SQLAlchemyError, OSError) as error:
            reason = f"the database cannot be opened ({type(error).__name__})"
            raise SettingsError(f"DATABASE_URL is wrong: {reason}. Set it to {HELP['DATABASE_URL']}.") from error

    async def _prepare_sources(self) -> None:
        """Say what is wrong with declarations, which stops nothing else, and let precedences follow the others."""
        for fault in self.deps.sources.faults:
            log.error("source-not-usable", id=f"{fault.file}:{fault.line}", reason=fault.reason.value)
        await claiming.follow_declarations(self.deps)

    def _slack(self, session: aiohttp.ClientSession, *, retry: bool = True, patient: bool = False) -> AsyncWebClient:
        """A client for answers to clicks; without `retry` for messages, where a repeated call doubles one;
        `patient` for work in the background, which can wait when Slack asks for it."""
        handlers: list[AsyncRetryHandler] = [AsyncConnectionErrorRetryHandler()] if retry or patient else []
        if patient:
            handlers += [AsyncRateLimitErrorRetryHandler(max_retry_count=10), AsyncServerErrorRetryHandler()]
        return AsyncWebClient(
            self.settings.slack_bot_token.get_secret_value(),
            base_url=self.settings.slack_api_url,
            session=session,
            retry_handlers=handlers,
        )

    async def _check_token(self) -> None:
        with self._slack_errors_named("SLACK_BOT_TOKEN"):
            await self._client.auth_test()

    @contextmanager
    def _slack_errors_named(self, token: str) -> Iterator[None]:
        """Raises SettingsError: the token was refused, or Slack was not reached."""
        try:
            yield
        except SlackApiError as error:
            if failures.code(error) in failures.BAD_TOKEN:
                refused = f"Slack refuses it ({failures.code(error)})"
                raise SettingsError(f"{token} is wrong: {refused}. Set it again: {HELP[token]}.") from error
            raise SettingsError(f"Slack does not let us in ({failures.code(error)}).") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            where = "SLACK_API_URL" if self.settings.local_slack else "Slack"
            raise SettingsError(f"{where} cannot be reached ({type(error).__name__}).") from error

    def _start_delivery(self, client: AsyncWebClient) -> None:
        post = Post(
            client,
            posts_per_minute=self.settings.messages_per_minute,
            updates_per_minute=self.settings.updates_per_minute,
        )
        self.delivery = Delivery(self.deps, post, wall=self.clock.wall)
        sending = asyncio.create_task(self.delivery.run())

        async def stop() -> None:
            self.delivery.stop()
            await sending

        self._stack.push_async_callback(stop)

    def _start_ticker(self, client: AsyncWebClient) -> None:
        home = self.settings.sources_dir
        puller = Puller(self.deps, lambda source: connector(source, home), wake=self.delivery.wake)
        self.ticker = Ticker(
            self.deps,
            self.clock,
            list_people=lambda: slack_people.list_people(client),
            wake=self.delivery.wake,
            puller=puller if self.deps.sources.declared else None,
            seconds=self._tick_seconds,
        )
        self.ticker.start()
        self._stack.push_async_callback(self.ticker.stop)
        syncing = asyncio.create_task(self.ticker.daily())
        self.synced = syncing

        async def stop() -> None:
            # Cut off while it writes, it would keep the database locked for what else is still to end.
            await asyncio.wait({syncing}, timeout=PATIENCE)
            syncing.cancel()
            await asyncio.gather(syncing, return_exceptions=True)

        self._stack.push_async_callback(stop)

    async def _start_incoming(self) -> None:
        secret = self.settings.slack_signing_secret
        app = AsyncApp(
            client=self._client,
            signing_secret=secret.get_secret_value() if secret else "unused-in-socket-mode",
            process_before_response=True,
        )
        register(app, self.deps, self.settings.names, wake=self._wake, in_flight=self.in_flight)
        token = self.settings.slack_app_token
        if token:
            self.incoming = SocketMode(app, token.get_secret_value(), self._client)
        else:
            self.incoming = Http(app, _listen("HTTP_PORT", "0.0.0.0", self.settings.http_port))
        self._stack.push_async_callback(self._stop_incoming)
        with self._slack_errors_named("SLACK_APP_TOKEN"):
            await self.incoming.start()

    def _wake(self) -> None:
        """After a request: there may be something to send, or to fetch."""
        self.delivery.wake()
        self.ticker.pull_soon()

    async def _stop_incoming(self) -> None:
        await self.incoming.refuse()
        try:
            await self._all_answered(PATIENCE)
        except TimeoutError:
            log.warning("requests-cut-off", count=self.in_flight.count)
        await self.incoming.stop()

    async def _start_push(self) -> None:
        if self.settings.push_port == 0:
            return
        self.push = PushServer(self.deps, wake=self.delivery.wake)
        self._stack.push_async_callback(self.push.stop)
        await self.push.start(_listen("PUSH_PORT", self.settings.push_host, self.settings.push_port))

    async def _start_health(self) -> None:
        port = self.settings.health_port
        sock = self._health_socket or (_listen("HEALTH_PORT", "127.0.0.1", port) if port else None)
        if sock is None:
            return
        movable = isinstance(self.clock, MovableClock)
        self.health = Health(ready=self._readiness, advance=self.advance if movable else None)
        self._stack.push_async_callback(self.health.stop)
        await self.health.start(sock)

    async def _readiness(self) -> dict[str, bool]:
        async with self.deps.read() as tx:
            await outbox.oldest_pending(tx)
        return {"database": True, "slack": await self.incoming.is_open(), "ticker": not self.ticker.late}

    async def advance(self, span: timedelta) -> datetime:
        """Move the clock hour by hour, and do what is due at each: nothing that a real day brings is jumped over.

        Only with a MovableClock.
        """
        assert isinstance(self.clock, MovableClock), "the real clock cannot be moved"
        steps = max(1, min(MOST_STEPS, ceil(span / timedelta(hours=1))))
        for _ in range(steps):
            self.clock.advance(span / steps)
            await self.ticker.tick()
            await self.ticker.pull(to_the_end=True)
            with suppress(TimeoutError):  # what cannot be sent now is sent later
                await self.delivery.drain(STEP_PATIENCE)
        log.info("clock-moved", span=str(span))
        return self.clock.now()

    async def drain(self, within: float = 30.0) -> None:
        """Wait until every request is answered and every due message sent. Raises TimeoutError."""
        await self._all_answered(within)
        await self.delivery.drain(within)

    async def _all_answered(self, within: float) -> None:
        async with asyncio.timeout(within):
            while self.in_flight.count:  # noqa: ASYNC110 - a counter of the handlers, watched for a moment only
                await asyncio.sleep(0.01)


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM; then finish what is in flight."""
    clock = MovableClock() if settings.demo_clock else SystemClock()
    stopped = stop_signals()
    async with Bot(settings, clock):
        await stopped.wait()
        log.info("stopping")


def stop_signals() -> asyncio.Event:
    """Set when somebody wants this process to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    return stopped


def _listen(name: str, host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        raise SettingsError(
            f"{name} is wrong: the port cannot be used ({error.strerror}). Set it to {HELP[name]}."
        ) from error
