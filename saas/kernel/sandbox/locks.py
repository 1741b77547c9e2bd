"""Restrictions that a child sets on itself before it reads a stranger's bytes.

On every system: limits of address space, CPU, time and file size, and no free descriptor, so that
no file and no connection can be opened. On Linux (x86-64, arm64) also a filter of system calls,
which needs no privilege: no file by name, no network, no program, no process, no access to another
process.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys

MEGABYTE = 1024 * 1024
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_FILTER = 2
_EPERM, _ENOSYS = 1, 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_CLONE_THREAD = 0x00010000
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCH, _FIRST = 0, 4, 16
_X32 = 0x40000000
# The audit number of each architecture, `clone`, `clone3`, `prlimit64`, and the calls refused:
# files by name, sockets, programs, signals, other processes, kernel facilities.
_ARCHITECTURES = {
    "x86_64": (
        0xC000003E,
        (56, 435, 302),
        (
            *(2, 85, 257, 437, 304, 41, 42, 43, 44, 46, 47, 49, 50, 53, 288, 299, 307),
            *(57, 58, 59, 322, 62, 129, 200, 234, 297, 424, 434, 438, 101, 310, 311, 312),
            *(76, 82, 83, 84, 86, 87, 88, 90, 91, 92, 93, 94, 133, 258, 259, 260, 263, 264),
            *(265, 266, 268, 316, 452, 161, 165, 166, 155, 272, 308, 317, 321, 323, 298, 425),
            *(426, 427, 248, 249, 250, 29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 240, 319, 141),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (220, 435, 261),
        (
            *(56, 437, 265, 198, 199, 200, 201, 202, 203, 206, 211, 212, 242, 243, 269),
            *(221, 281, 129, 130, 131, 138, 240, 424, 434, 438, 117, 270, 271, 272),
            *(45, 33, 34, 35, 36, 37, 38, 52, 53, 54, 55, 276, 452, 51, 40, 39, 41, 97, 268),
            *(277, 280, 282, 241, 425, 426, 427, 217, 218, 219, 194, 195, 196, 190, 191, 192),
            *(193, 186, 187, 188, 189, 180, 279, 140),
        ),
    ),
}


class NoLockError(Exception):
    """A lock that this system should have, and refused."""


def close_all(*, megabytes: int, cpu_seconds: int, seconds: float, descriptors: int) -> None:
    """Lock this process for good. Raises NoLockError."""
    set_alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _filter_calls()
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    if sys.platform == "linux":  # elsewhere the limit has no meaning
        most = megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def set_alarm(seconds: float) -> None:
    """Have the kernel end this process after some seconds, whatever it is doing then."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent ends."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def filter_of(machine: str) -> bytes:
    """Return the filter of system calls for an architecture, empty if it is unsupported."""
    if machine not in _ARCHITECTURES:
        return b""
    audit, (clone, clone3, prlimit), refused = _ARCHITECTURES[machine]
    first = _line(_LOAD, _FIRST)
    # A thread is no process: only with its mark. clone3 hides its marks, so it is not there.
    threads_only = [first, _line(_AND, _CLONE_THREAD), _skip_one_if(0), _ALLOWING, _REFUSING]
    # Limits of this process may be read; those of other processes may not.
    own_only = [first, _skip_one_if(0), _REFUSING, _ALLOWING]
    rules = [
        _line(_LOAD, _ARCH),
        _skip_one_if(audit),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER),
        *_when(_AT_LEAST, _X32, [_REFUSING]),
        *_when(_EQUAL, clone3, [_line(_RETURN, _ERRNO | _ENOSYS)]),
        *_when(_EQUAL, clone, threads_only),
        *_when(_EQUAL, prlimit, own_only),
    ]
    for number in refused:
        rules += _when(_EQUAL, number, [_REFUSING])
    return b"".join([*rules, _ALLOWING])


def _line(code: int, value: int) -> bytes:
    return struct.pack("HBBI", code, 0, 0, value)


def _skip_one_if(value: int) -> bytes:
    return struct.pack("HBBI", _EQUAL, 1, 0, value)


def _when(test: int, value: int, then: list[bytes]) -> list[bytes]:
    """Do these lines, which all end, if the test is met."""
    return [struct.pack("HBBI", test, 0, len(then), value), *then]


_ALLOWING, _REFUSING = _line(_RETURN, _ALLOW), _line(_RETURN, _ERRNO | _EPERM)


def _filter_calls() -> None:
    rules = filter_of(platform.machine())
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if rules:
        buffer = ctypes.create_string_buffer(rules, len(rules))
        program = _Program(len(rules) // 8, ctypes.addressof(buffer))
        _prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(program))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _prctl(option: int, value: int, more: int = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_ulong(number) for number in (value, more, 0, 0)]
    if library.prctl(ctypes.c_int(option), *given) != 0:
        raise NoLockError(f"prctl {option}: {os.strerror(ctypes.get_errno())}")
