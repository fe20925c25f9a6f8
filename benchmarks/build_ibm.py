"""`idealfit build` on 78,025 deals (ibm_sales_win_loss): at most 60 seconds and 2 GB."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from measure import measure

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 60, 2048


def main() -> int:
    """Prints the table; 1 when a limit is broken, 0 also where the data is absent (and says so)."""
    folder = Path(os.environ.get("IDEALFIT_REAL_DATA") or ROOT.parent / "shared" / "data") / "ibm_sales_win_loss"
    if not folder.is_dir():
        print("build_ibm: 1 measurement not taken: the real data is absent")
        return 0
    with tempfile.TemporaryDirectory() as workspace:
        run = measure("build", str(folder), "--workspace", str(Path(workspace) / "w"), "--quiet")
    print(f"{'build ibm_sales_win_loss':28}{'seconds':>10}{'processor':>11}{'peak MB':>10}{'exit':>6}")
    print(f"{'measured':28}{run.seconds:10.1f}{run.processor_seconds:11.1f}{run.peak_mb:10.0f}{run.code:6}")
    print(f"{'limit':28}{SECONDS:10}{'':11}{MEGABYTES:10}{0:6}")
    return int(run.code != 0 or run.seconds > SECONDS or run.peak_mb > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
