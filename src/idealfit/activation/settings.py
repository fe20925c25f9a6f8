"""What a company may decide about its lists."""

from __future__ import annotations

from dataclasses import dataclass

from idealfit.errors import ListSettingRefused


@dataclass(frozen=True)
class ListSettings:
    """When an account is left alone, and when it has been left alone for too long.

    An account that was lost fewer than `lost_cooldown_days` ago is not approached again; an A account is neglected
    when nobody touched it for `neglected_after_days`; `limit` is the longest that `targets.csv` may be (None: all).
    """

    lost_cooldown_days: int = 183
    neglected_after_days: int = 60
    limit: int | None = None

    def __post_init__(self) -> None:
        for name in ("lost_cooldown_days", "neglected_after_days", "limit"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ListSettingRefused(f"{name} = {value} is negative", remedy="Give 0 or more, or leave it out")
