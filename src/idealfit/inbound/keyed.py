"""Answering once: a request that comes again with its key gets the answer that it got, and no second one is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from idealfit.errors import KeyUsedOtherwise, Position
from idealfit.store.answers import KeptAnswer, answer_of, keep_answer
from idealfit.store.ledger import open_ledger
from idealfit.store.place import open_place


def answered_once(
    workspace: Path, key: str, request: Mapping[str, Any], make: Callable[[], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], bool]:
    """What was answered to `key` within a day, and True; else what `make` gives, kept, and False. An error of `make` is
    not kept. Raises KeyUsedOtherwise where the key came with another request.
    """
    written = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    sha256 = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    ledger = open_ledger(open_place(workspace))
    with ledger.reading() as connection:
        kept = answer_of(connection, key)
    if kept is not None:
        return _again(kept, key, sha256), True
    answer = make()  # a thousand leads take seconds: nobody waits for the ledger meanwhile
    with ledger.transaction() as connection:
        kept = answer_of(connection, key)  # the same key may have come a second time since
        if kept is None:
            keep_answer(connection, key, KeptAnswer(sha256, answer))
    return (answer, False) if kept is None else (_again(kept, key, sha256), True)


def _again(kept: KeptAnswer, key: str, sha256: str) -> Mapping[str, Any]:
    if kept.request_sha256 != sha256:
        raise KeyUsedOtherwise(
            "This key came with another request before",
            where=Position("Idempotency-Key", value=key[:100]),
            remedy="Use a new key for every request; send the same key only with the same body.",
        )
    return kept.answer
