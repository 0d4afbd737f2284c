"""Compressed bodies, decompressed as far as a limit and no further."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli
from backports import zstd

_GZIP_WBITS = 31
_PIECE_BYTES = 65_536  # that a decompressor is given at once: what lies behind a member is copied each time
_MAX_MEMBERS = 1_000  # of one body; packers of blocks make one of 64 kB or more, and a thousand empty ones are an attack
_MAX_WINDOW_LOG = 23  # 8 MiB that a zstd frame may make us hold; RFC 9659 allows no more on the web


class BrokenEncoding(Exception):
    """The body is not what its Content-Encoding says, or breaks off."""


def decoded(encoding: str, body: bytes, limit: int) -> bytes | None:
    """The body without its encoding, one of ENCODINGS; None when it is longer than ``limit``. Raises BrokenEncoding."""
    try:
        content = ENCODINGS[encoding](body, limit + 1)
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
        raise BrokenEncoding from error
    return content if len(content) <= limit else None


def _gzip(body: bytes, most: int) -> bytes:
    return _members(body, most, _GZIP_WBITS)


def _deflate(body: bytes, most: int) -> bytes:
    # RFC 9110 means zlib's format, and many clients send the bare one
    return _members(body, most, zlib.MAX_WBITS if body[:1] and body[0] & 0x0F == 8 else -zlib.MAX_WBITS)


def _members(body: bytes, most: int, wbits: int) -> bytes:
    content = bytearray()
    at = 0
    for _ in range(_MAX_MEMBERS):
        one = zlib.decompressobj(wbits)
        while not one.eof and len(content) < most:
            piece = body[at : at + _PIECE_BYTES]
            if not piece:
                raise EOFError
            content += one.decompress(piece, most - len(content))
            at += len(piece) - len(one.unconsumed_tail) - len(one.unused_data)
        if at == len(body) or len(content) >= most or wbits != _GZIP_WBITS:
            return bytes(content)
    raise EOFError


def _brotli(body: bytes, most: int) -> bytes:
    decompressor = brotli.Decompressor()
    content = bytearray(decompressor.process(body, output_buffer_limit=most))
    while not decompressor.is_finished() and len(content) < most:
        if decompressor.can_accept_more_data():
            raise EOFError
        content += decompressor.process(b"", output_buffer_limit=most - len(content))
    return bytes(content)


def _zstd(body: bytes, most: int) -> bytes:
    content = bytearray()
    at = 0
    for _ in range(_MAX_MEMBERS):
        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG})
        while not frame.eof and len(content) < most:
            piece = body[at : at + _PIECE_BYTES] if frame.needs_input else b""
            if frame.needs_input and not piece:
                raise EOFError
            content += frame.decompress(piece, most - len(content))
            at += len(piece) - len(frame.unused_data)
        if at == len(body) or len(content) >= most:
            return bytes(content)
    raise EOFError


ENCODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
