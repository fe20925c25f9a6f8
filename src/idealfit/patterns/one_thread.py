"""Linear algebra on one thread: the same sums, to the last bit, however many cores a machine has.

A library that splits a product among threads adds its parts in another order for each number of threads. The products
here are small besides: on two cores the threads wait for each other for as long as they compute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


def on_one_thread(act: Callable[P, Result]) -> Callable[P, Result]:
    """`act`, during which numpy and scipy compute on one thread; afterwards on as many as before."""

    @wraps(act)
    def limited(*args: P.args, **kwargs: P.kwargs) -> Result:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            return act(*args, **kwargs)

    return limited
