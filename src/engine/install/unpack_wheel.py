"""unpack_wheel.py WHEEL DEPS: unpacks from TensorFlow's wheel its two libraries into DEPS/lib and the C headers into
DEPS/include, checks each file's SHA-256 against the wheel's own RECORD while writing it, and prints the fraction done.
Of the 13,000 headers, the addon needs those of the C interface and what they include.
Python, because wherever pip is there is Python, and Node cannot read zip files."""

import base64, hashlib, os, sys, zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
INCLUDE = "tensorflow/include/"
CHUNK = 1 << 22


def target(name, deps):
    """Where a file of the wheel goes; None if it is not needed."""
    if name in LIBRARIES:
        return os.path.join(deps, "lib", os.path.basename(name))
    inside = name[len(INCLUDE) :]
    header = name.startswith(INCLUDE) and name.endswith(".h") and ".." not in inside.split("/")
    if header and ("/c/" in inside or os.path.basename(inside).startswith("ctstring")):
        return os.path.join(deps, "include", *inside.split("/"))
    return None


def recorded_digests(archive):
    record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
    rows = [line.rsplit(",", 2) for line in archive.read(record).decode("utf-8").splitlines()]
    return {name.strip('"'): digest for name, digest, _ in rows}


def extract(archive, info, path, expected):
    """Yields the size of each chunk written; exits if the file's digest is not the expected one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(info) as source, open(path, "wb") as out:
        for chunk in iter(lambda: source.read(CHUNK), b""):
            digest.update(chunk)
            out.write(chunk)
            yield len(chunk)
    found = "sha256=" + base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    if found != expected:
        sys.exit(f"{info.filename} has {found}, its RECORD says {expected}")


def main(wheel, deps):
    with zipfile.ZipFile(wheel) as archive:
        missing = [name for name in LIBRARIES if name not in archive.namelist()]
        if missing:
            sys.exit("the wheel does not contain " + ", ".join(missing))
        digests = recorded_digests(archive)
        wanted = [(info, target(info.filename, deps)) for info in archive.infolist()]
        wanted = [(info, path) for info, path in wanted if path]
        total = sum(info.file_size for info, _ in wanted)
        done = printed = 0
        for info, path in wanted:
            for size in extract(archive, info, path, digests.get(info.filename)):
                done += size
                if done - printed > total / 50:
                    printed = done
                    print(round(done / total, 3), flush=True)


main(*sys.argv[1:3])
