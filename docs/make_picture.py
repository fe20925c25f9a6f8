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
SCALE = 2.2
"""158 dots an inch: crisp in a browser, small in git."""
STEP = 17
"""Each of red, green and blue is rounded to a multiple of this: enough for the few inks of a page."""


def png(pixels: np.ndarray) -> bytes:
    """`pixels` (height, width, 3 bytes) as a PNG file with a palette (ISO 15948: signature, IHDR, PLTE, IDAT, IEND)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = pixels.shape
    rounded = (pixels.astype(np.uint32) + STEP // 2) // STEP * STEP
    codes = rounded[:, :, 0] << 16 | rounded[:, :, 1] << 8 | rounded[:, :, 2]
    colours, counts = np.unique(codes, return_counts=True)
    palette = colours[np.argsort(-counts, kind="stable")[:256]]
    triples = np.stack([palette >> 16, palette >> 8 & 255, palette & 255], axis=1).astype(np.int64)
    # A colour beyond the commonest 256 is drawn as the nearest of them.
    missing = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int64)
    nearest = np.array([int(np.abs(triples - one).sum(axis=1).argmin()) for one in missing], dtype=np.uint8)
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = nearest[np.searchsorted(colours, codes)]
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    image = chunk(b"PLTE", triples.astype(np.uint8).tobytes()) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
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
