"""The collector: takes requests, answers once their events are on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from fastapi import Request, Response

from shelfwise.collector.bodies import RETRY_SECONDS, Budget, decompressed, read_body
from shelfwise.collector.calls import write_key_in
from shelfwise.collector.committer import GroupCommit, Log, NotKeptError
from shelfwise.collector.dead_letter_box import LETTER_SUFFIX, DeadLetterBox
from shelfwise.collector.figures import CollectorFigures
from shelfwise.collector.housekeeping import Housekeeper
from shelfwise.collector.intake import Intake, TooManyEventsError, take_batch, take_call
from shelfwise.collector.rates import RateLimit, caller_address
from shelfwise.collector.rows import Receipt
from shelfwise.collector.segments import SEGMENT_SUFFIX, HandoverRequests, segments_folder
from shelfwise.collector.write_keys import WriteKey, basic_user_name, find_write_key, parse_write_keys
from shelfwise.data_folder import require_writable
from shelfwise.files import fsync_path
from shelfwise.privacy.pseudonyms import pseudonymiser
from shelfwise.settings import Settings
from shelfwise.web.problems import ProblemError

_TAKEN = b'{"success":true}'
_LETTER_SECONDS = 86_400.0


class Collector:
    """All that a server's routes need of the collector; `start` before the first request, `stop` after the last.

    `extra_keys` are write keys beside those of the settings. Raises ShelfwiseError when the settings' write keys are
    malformed or the data folder cannot be written.
    """

    def __init__(self, settings: Settings, *, extra_keys: Sequence[WriteKey] = ()) -> None:
        require_writable(settings.collector_path)
        require_writable(segments_folder(settings))
        for folder in (settings.data_path, settings.collector_path):
            fsync_path(folder)  # or a power cut could take the folder away with what was synced in it
        self.settings = settings
        self.figures = CollectorFigures()
        self._keys = (*parse_write_keys(settings.write_keys.get_secret_value()), *extra_keys)
        self._segments = Log(
            segments_folder(settings),
            SEGMENT_SUFFIX,
            settings.collector_segment_bytes,
            settings.collector_segment_seconds,
        )
        # closed in time to give up an eighth of what is kept, and not more, when there is no room
        letters = settings.collector_dead_letter_bytes // 8
        self._letters = Log(DeadLetterBox(settings).folder, LETTER_SUFFIX, letters, _LETTER_SECONDS)
        self._budget = Budget(settings.collector_pending_bytes)
        self._by_address = RateLimit(settings.collector_address_rate)
        self._by_key = RateLimit(settings.collector_key_rate)
        self._housekeeper = Housekeeper(settings, self.figures)
        self._commit = GroupCommit(
            self.figures,
            on_closed=lambda _: self._housekeeper.wake(),
            wants_handover=HandoverRequests(settings).any_new,
        )

    def start(self) -> None:
        """Begin to write, and land what a crash has left."""
        self._commit.start()
        self._housekeeper.start()

    def stop(self) -> None:
        """Write what waits and close the files; the next start, or run, lands them."""
        self._housekeeper.stop()
        self._commit.stop()

    async def take(self, request: Request, method: str) -> Response:
        """Answer a request; `method` is one of Segment's, or `batch`. Raises ProblemError for one that is refused."""
        self._require_keys()
        proxies = self.settings.proxies
        # each proxy may write a line of its own
        forwarded_for = ", ".join(request.headers.getlist("x-forwarded-for")) if proxies else ""
        address = caller_address(request.client.host if request.client else None, forwarded_for, proxies)
        _refuse_hurry(self._by_address.seconds_to_wait(address), "address")
        sent, held = await read_body(request, self._budget, self.settings.collector_body_bytes)
        try:
            self.figures.received_bytes += len(sent)
            intake = await self._keep(request, sent, method, address)
        finally:
            self._budget.release(held)
            self.figures.pending_bytes = self._budget.held
        return answer(intake)

    async def _keep(self, request: Request, sent: bytes, method: str, address: str) -> Intake:
        encoding = request.headers.get("content-encoding", "").strip().lower()
        body = decompressed(sent, encoding, self.settings.collector_body_bytes)
        key = self._write_key(request, body)
        _refuse_hurry(self._by_key.seconds_to_wait(key.key), "write key")
        receipt = Receipt(datetime.now(UTC).replace(tzinfo=None), key.namespace, request.headers.get("user-agent"))
        intake = self._taken(body, method, receipt)
        count = len(intake.rows) + len(intake.rejected)
        self._by_address.charge(address, count)
        self._by_key.charge(key.key, count)
        await self._write(intake)
        return intake

    def _require_keys(self) -> None:
        if not self._keys:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "no write key is configured, so nothing is collected",
                "Start the collector with SHELFWISE_WRITE_KEYS set to a key of your choice, or key:namespace.",
                {"Retry-After": "60"},
            )

    def _write_key(self, request: Request, body: bytes) -> WriteKey:
        given = (
            basic_user_name(request.headers.get("authorization"))
            or request.query_params.get("writeKey")
            or write_key_in(body)
        )
        if key := find_write_key(self._keys, given or ""):
            return key
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "the write key is unknown" if given else "the request has no write key",
            "Send it as user name of Basic authorization, as writeKey in the body, or as writeKey in the query.",
        )

    def _taken(self, body: bytes, method: str, receipt: Receipt) -> Intake:
        event_bytes = self.settings.collector_event_bytes
        pseudonymise = pseudonymiser(self.settings, "web", receipt.namespace)
        if method != "batch":
            return take_call(body, method, receipt, event_bytes=event_bytes, pseudonymise=pseudonymise)
        most = self.settings.collector_batch_events
        try:
            return take_batch(body, receipt, event_bytes=event_bytes, most=most, pseudonymise=pseudonymise)
        except TooManyEventsError:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the batch has more than {most:,} events", "Send it in parts."
            ) from None

    async def _write(self, intake: Intake) -> None:
        frames = {self._segments: intake.row_frame, self._letters: intake.rejected_frame}
        parts = {log: data for log, data in frames.items() if data}
        if not parts:
            return
        try:
            await self._commit.keep(parts)
        except NotKeptError:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "the events could not be written to disk",
                f"Send them again in {RETRY_SECONDS} seconds; the collector's log says why.",
                {"Retry-After": str(RETRY_SECONDS)},
            ) from None
        self.figures.accepted_events += len(intake.rows)
        self.figures.rejected_events.update(letter.reason for letter in intake.rejected)


def answer(intake: Intake) -> Response:
    """Return the answer to events that are on disk. Raises ProblemError when none of them could be taken."""
    if not intake.rejected:
        return Response(_TAKEN, media_type="application/json")
    reasons = Counter(letter.detail for letter in intake.rejected)
    if not intake.rows:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "; ".join(reasons),
            "Correct what sends it; the event is kept, see `shelfwise dead-letter list`.",
        )
    counts = {
        "success": True,
        "accepted": len(intake.rows),
        "rejected": len(intake.rejected),
        "reasons": reasons,
    }
    return Response(msgspec.json.encode(counts), media_type="application/json")


def _refuse_hurry(seconds: int, of: str) -> None:
    if seconds:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"more events come from this {of} than are taken",
            f"Send them again in {seconds} seconds.",
            {"Retry-After": str(seconds)},
        )
