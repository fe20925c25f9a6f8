from __future__ import annotations

from threadpoolctl import threadpool_info, threadpool_limits

from idealfit.patterns.one_thread import on_one_thread


def threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_linear_algebra_runs_on_one_thread_during_an_act_and_as_before_after_it() -> None:
    with threadpool_limits(limits=2, user_api="blas"):
        assert threads() == {2}
        assert on_one_thread(threads)() == {1}
        assert threads() == {2}
