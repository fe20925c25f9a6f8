"""How long `idealfit --help` takes: the median of eleven runs. At most 0.4 seconds."""

from __future__ import annotations

import statistics
import sys

from measure import measure

LIMIT = 0.4


def main() -> int:
    """Prints the table; 1 when a limit is broken."""
    print(f"{'command':24}{'median s':>10}{'worst s':>10}{'processor s':>13}{'limit s':>10}")
    slow = False
    for arguments in (["--help"], ["--version"], ["build", "--help"]):
        runs = [measure(*arguments) for _ in range(11)]
        times = [run.seconds for run in runs]
        median = statistics.median(times)
        # on a machine that does other things as well, this is what the command itself takes
        processor = statistics.median(run.processor_seconds for run in runs)
        slow = slow or (arguments == ["--help"] and median > LIMIT)
        limit = f"{LIMIT:10.2f}" if arguments == ["--help"] else ""
        print(f"{'idealfit ' + ' '.join(arguments):24}{median:10.3f}{max(times):10.3f}{processor:13.3f}{limit}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
