"""Compressed bodies, decompressed as far as a limit and no further."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli
from backports import zstd

_GZIP_WBITS = 31
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
    content = b""
    while body and len(content) < most:
        one = zlib.decompressobj(wbits)
        content += one.decompress(body, most - len(content))
        if not one.eof and len(content) < most:
            raise EOFError
        body = one.unused_data if wbits == _GZIP_WBITS else b""
    return content


def _brotli(body: bytes, most: int) -> bytes:
    decompressor = brotli.Decompressor()
    content = bytearray(decompressor.process(body, output_buffer_limit=most))
    while not decompressor.is_finished() and len(content) < most:
        if decompressor.can_accept_more_data():
            raise EOFError
        content += decompressor.process(b"", output_buffer_limit=most - len(content))
    return bytes(content)


def _zstd(body: bytes, most: int) -> bytes:
    content = b""
    while body and len(content) < most:
        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG})
        content += frame.decompress(body, most - len(content))
        if not frame.eof and len(content) < most:
            raise EOFError
        body = frame.unused_data if frame.eof else b""
    return content


ENCODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
