"""Power loss: what a disk would hold if everything that was not synced were lost.

The service runs under strace, which records what it and its git processes do to files. `Disk` replays that record and
keeps, beside what every process saw, what is durable: a file's bytes as they were at its last fsync, a folder's entries
as they were at its own. That is harsher than journaling file systems are, and it is why this was chosen over a FUSE
file system or a preloaded library: nothing stands between the service and the kernel, git's processes are seen without
being told anything, and one record yields the disk at any point of it, as often as wanted.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "openat,creat,read,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,lseek,ftruncate,truncate,rename,renameat,"
    "renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,fallocate,copy_file_range,sendfile"
)
NOT_REPLAYED = ("truncate", "pwritev", "pwritev2", "copy_file_range", "sendfile", "fallocate")
_LINE = re.compile(rb"^(\d+) +(.*)$")
_CALL = re.compile(rb"^(\w+)\((.*)\) += (-?\d+|\?)(?:<(.*?)>)?(?: .*)?$")
_HEX = re.compile(rb"\\x([0-9a-f]{2})")


def tracer(record: Path) -> list[str]:
    """The command that records the command after it."""
    return [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "4000000",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(record),
    ]


@dataclass
class Call:
    process: int
    name: str
    arguments: list[bytes]
    result: int
    opened: bytes = b""  # the path of the descriptor that was returned


def calls(record: Path) -> Iterator[Call]:
    """The successful calls of a record, in the order in which they returned."""
    unfinished: dict[bytes, bytes] = {}
    for line in record.read_bytes().split(b"\n"):
        match = _LINE.match(line)
        if match is None:
            continue
        process, text = match[1], match[2]
        if text.endswith(b"<unfinished ...>"):
            unfinished[process] = text.removesuffix(b"<unfinished ...>").rstrip()
            continue
        if text.startswith(b"<... "):
            text = unfinished.pop(process, b"") + text.partition(b" resumed>")[2]
        if text.startswith(b"read("):  # only how far it moved the place of the next write matters
            descriptor, _, remainder = text[5:].partition(b", ")
            moved = remainder.rpartition(b" = ")[2]
            yield Call(int(process), "read", [descriptor], int(moved) if moved.isdigit() else 0)
            continue
        match = _CALL.match(text)
        if match and match[3] != b"?" and int(match[3]) >= 0:
            name = match[1].decode()
            yield Call(int(process), name, _arguments(match[2]), int(match[3]), _plain(match[4] or b""))


def _arguments(text: bytes) -> list[bytes]:
    """Cut at commas outside quotation marks and brackets."""
    arguments, depth, quoted, begin = [], 0, False, 0
    for offsets, char in enumerate(text):
        if char == 0x22:
            quoted = not quoted
        elif quoted:
            continue
        elif char in b"[{<":
            depth += 1
        elif char in b"]}>":
            depth -= 1
        elif char == 0x2C and depth == 0:
            arguments.append(text[begin:offsets].strip())
            begin = offsets + 1
    return [*arguments, text[begin:].strip()]


def _plain(text: bytes) -> bytes:
    return _HEX.sub(lambda match: bytes([int(match[1], 16)]), text)


def _quoted(text: bytes) -> bytes:
    return _plain(text.strip(b'"'))


def _strings(text: bytes) -> bytes:
    """All that a call with several buffers writes."""
    return b"".join(_plain(buffer) for buffer in re.findall(rb'iov_base="([^"]*)"', text))


def _path(descriptor: bytes) -> bytes:
    return _plain(descriptor.partition(b"<")[2].rpartition(b">")[0])


@dataclass
class _File:
    current: bytearray = field(default_factory=bytearray)
    durable: bytes = b""


class Disk:
    """One folder's files, as processes see them and as power loss would leave them."""

    def __init__(self, folder: Path) -> None:
        self.root = os.fsencode(folder)
        self.current: dict[bytes, _File] = {}
        self.durable: dict[bytes, _File] = {}
        self.folders: set[bytes] = set()
        self.durable_folders: set[bytes] = set()
        self.offsets: dict[tuple[int, bytes], int] = {}
        self.working_folders: dict[int, bytes] = {}  # the working folder of each process
        for path in sorted(folder.rglob("*")):
            name = os.fsencode(path)
            if path.is_dir():
                self.folders.add(name)
            elif path.is_file():
                data = path.read_bytes()
                self.current[name] = _File(bytearray(data), data)
        self.durable, self.durable_folders = dict(self.current), set(self.folders)

    def replay(self, call: Call) -> None:
        """Do what a call did. Raises `AssertionError` for a call on this folder that is not replayed."""
        for argument in call.arguments:
            if argument.startswith(b"AT_FDCWD<"):
                self.working_folders[call.process] = _path(argument)
        within = self.working_folders.get(call.process, b"").startswith(self.root)
        relative = within and call.name in ("rename", "link", "unlink", "mkdir", "rmdir")
        if relative or any(self.root in _plain(argument) for argument in call.arguments):
            assert call.name not in NOT_REPLAYED, f"{call.name} is not replayed"
            getattr(self, f"_{call.name}")(call)

    def _openat(self, call: Call) -> None:
        path, flags = call.opened, call.arguments[2]
        if b"O_DIRECTORY" in flags or path in self.folders:
            return
        if path not in self.current:
            if b"O_CREAT" not in flags:
                return
            self.current[path] = _File()
        if b"O_TRUNC" in flags:
            self.current[path].current[:] = b""
        self.offsets[call.process, path] = 0

    def _read(self, call: Call) -> None:
        place = (call.process, _path(call.arguments[0]))
        self.offsets[place] = self.offsets.get(place, 0) + call.result

    def _write(self, call: Call) -> None:
        self._put(call, _quoted(call.arguments[1])[: call.result])

    def _writev(self, call: Call) -> None:
        self._put(call, _strings(call.arguments[1])[: call.result])

    def _put(self, call: Call, data: bytes) -> None:
        path = _path(call.arguments[0])
        file = self.current.get(path)
        if file is not None:
            offsets = self.offsets.get((call.process, path), len(file.current))
            self._set(file, offsets, data)
            self.offsets[call.process, path] = offsets + len(data)

    @staticmethod
    def _set(file: _File, offsets: int, data: bytes) -> None:
        file.current.extend(b"\0" * (offsets - len(file.current)))
        file.current[offsets : offsets + len(data)] = data

    def _pwrite64(self, call: Call) -> None:
        file = self.current.get(_path(call.arguments[0]))
        if file is not None:
            self._set(file, int(call.arguments[3]), _quoted(call.arguments[1])[: call.result])

    def _lseek(self, call: Call) -> None:
        self.offsets[call.process, _path(call.arguments[0])] = call.result

    def _ftruncate(self, call: Call) -> None:
        file, size = self.current[_path(call.arguments[0])], int(call.arguments[1])
        file.current[size:] = b"\0" * max(0, size - len(file.current))

    def _fsync(self, call: Call) -> None:
        path = _path(call.arguments[0])
        if path == self.root or path in self.folders:
            self._sync_folder(path)
        elif path in self.current:
            self.current[path].durable = bytes(self.current[path].current)

    _fdatasync = _fsync

    def _sync_folder(self, folder: bytes) -> None:
        def inside(path: bytes) -> bool:
            return os.path.dirname(path) == folder

        self.durable = {path: file for path, file in self.durable.items() if not inside(path)}
        self.durable.update({path: file for path, file in self.current.items() if inside(path)})
        self.durable_folders = {path for path in self.durable_folders if not inside(path)}
        self.durable_folders |= {path for path in self.folders if inside(path)}

    def _renamed(self, old: bytes, new: bytes) -> None:
        if old in self.current:
            self.current[new] = self.current.pop(old)
        elif old in self.folders:
            self.folders = {new + path.removeprefix(old) if path.startswith(old) else path for path in self.folders}
            inside = [path for path in self.current if path.startswith(old + b"/")]
            self.current.update({new + path.removeprefix(old): self.current.pop(path) for path in inside})

    def _rename(self, call: Call) -> None:
        self._renamed(self._named(call, 0), self._named(call, 1))

    def _renameat(self, call: Call) -> None:
        self._renamed(self._named(call, 1, 0), self._named(call, 3, 2))

    _renameat2 = _renameat

    def _link(self, call: Call) -> None:
        self.current[self._named(call, 1)] = self.current[self._named(call, 0)]

    def _linkat(self, call: Call) -> None:
        self.current[self._named(call, 3, 2)] = self.current[self._named(call, 1, 0)]

    def _unlink(self, call: Call) -> None:
        self.current.pop(self._named(call, 0), None)

    def _unlinkat(self, call: Call) -> None:
        if b"AT_REMOVEDIR" in call.arguments[2]:
            self.folders.discard(self._named(call, 1, 0))
        else:
            self.current.pop(self._named(call, 1, 0), None)

    def _rmdir(self, call: Call) -> None:
        self.folders.discard(self._named(call, 0))

    def _mkdir(self, call: Call) -> None:
        self.folders.add(self._named(call, 0))

    def _mkdirat(self, call: Call) -> None:
        self.folders.add(self._named(call, 1, 0))

    def _sendto(self, call: Call) -> None:
        """What goes to a socket is no file's."""

    _sendmsg = _sendto

    def _named(self, call: Call, offsets: int, folder: int | None = None) -> bytes:
        """A path that was given by name, from the descriptor of a folder or from where the process stands."""
        path = _quoted(call.arguments[offsets])
        if path.startswith(b"/"):
            return os.path.normpath(path)
        base = self.working_folders[call.process] if folder is None else _path(call.arguments[folder])
        return os.path.normpath(base + b"/" + path)

    def after_power_loss(self, target: Path, chance: random.Random | None = None) -> None:
        """Write what is left into `target`: what is durable alone or, by `chance`, some of the rest as well."""
        files = {path: file.durable for path, file in self.durable.items()}
        folders = set(self.durable_folders)
        if chance is not None:
            folders |= {path for path in sorted(self.folders) if chance.random() < 0.5}
            for path, file in sorted(self.current.items()):
                if chance.random() < 0.5:
                    files[path] = bytes(file.current) if chance.random() < 0.5 else file.durable
            files = {path: data for path, data in files.items() if path in self.current or chance.random() < 0.5}
        files = {path: data for path, data in files.items() if not path.endswith(b"-shm")}  # of a machine that is up
        for path in sorted(folders):
            (target / os.fsdecode(path[len(self.root) + 1 :])).mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            place = target / os.fsdecode(path[len(self.root) + 1 :])
            if place.parent.is_dir():
                place.write_bytes(data)
