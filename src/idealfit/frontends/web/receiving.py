"""Files as a browser sends them, written to disk as they come: never the whole of one in memory."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from idealfit.errors import IdealfitError, RequestNotUnderstood, RequestTooLarge
from idealfit.workspace.uploading import Receiving, Upload

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

    from idealfit.store.place import Place

# What is no form is told to whoever sent it, not on the output of the server as well.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())

LONGEST_FIELD = 100_000
"""Bytes of what is no file; none of it is used."""
MOST_FIELDS = 1_000
"""Parts of a form, files among them."""


async def receive_files(request: Request, place: Place) -> Upload:
    """The files of a form. Raises RequestTooLarge, UploadRefused, and RequestNotUnderstood for what is no form
    of files: then nothing is left on the disk.
    """
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise _no_form()
    with Receiving(place) as receiving:
        parts = _Parts(receiving)
        parser = MultipartParser(boundary, parts.callbacks())
        try:
            async for chunk in request.stream():
                if chunk:
                    await run_in_threadpool(parser.write, chunk)
            await run_in_threadpool(parser.finalize)
        except (MultipartParseError, ClientDisconnect) as fault:
            raise _no_form() from fault
        if not parts.whole:
            raise _no_form()
        return receiving.done()


def _no_form() -> IdealfitError:
    return RequestNotUnderstood(
        "The files did not arrive whole", remedy="Choose them on the page Data and hand them over again."
    )


class _Parts:
    """What the parser of a form calls: of each part its name, then its bytes."""

    def __init__(self, receiving: Receiving) -> None:
        self._receiving = receiving
        self._name, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._is_file = False
        self._field, self._fields = 0, 0
        self.whole = False

    def callbacks(self) -> MultipartCallbacks:
        """By the parser's own names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._is_file, self._field = {}, False, 0
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise RequestTooLarge(f"More than {MOST_FIELDS:,} parts in the form", remedy="Hand over files only.")

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _headers_end(self) -> None:
        from python_multipart.multipart import parse_options_header

        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"filename")
        if name:
            self._is_file = True
            self._receiving.begin(name.decode("utf-8", "replace"))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._receiving.take(data[start:end])
            return
        self._field += end - start
        if self._field > LONGEST_FIELD:
            raise RequestTooLarge(
                f"A field of the form is larger than {LONGEST_FIELD:,} bytes", remedy="Hand over files only."
            )

    def _end(self) -> None:
        self.whole = True
