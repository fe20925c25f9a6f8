"""Writes docs/images/profile.png: the page that `idealfit demo` makes, as the README shows it."""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pypdfium2

PICTURE = Path(__file__).resolve().parent / "images" / "profile.png"
SCALE = 1.6
"""115 dots an inch: readable in a browser, small in git."""


def png(pixels: np.ndarray) -> bytes:
    """`pixels` (height, width, 3 bytes) as a PNG file (ISO 15948: signature, IHDR, IDAT, IEND)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    # Filter 2 ('up'): each row is stored as its difference to the row above, which is mostly nothing on a page.
    above = np.vstack([np.zeros_like(pixels[:1]), pixels[:-1]])
    rows = np.full((height, width * 3 + 1), 2, dtype=np.uint8)
    rows[:, 1:] = (pixels - above).reshape(height, width * 3)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    image = chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + image + chunk(b"IEND", b"")


def picture_of(pdf: Path) -> bytes:
    """The first page of `pdf` as a PNG file."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pixels = document[0].render(scale=SCALE, rev_byteorder=True).to_numpy()
        return png(np.ascontiguousarray(pixels[:, :, :3]))
    finally:
        document.close()


def main() -> None:
    """Runs the demo in a folder of its own and draws its page."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        subprocess.run([sys.executable, "-m", "idealfit", "demo", str(demo), "--quiet"], check=True)
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(picture_of(next(demo.rglob("profile.pdf"))))
    print("docs/images/profile.png")


if __name__ == "__main__":
    main()
