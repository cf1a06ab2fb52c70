/**
 * Python program: `python -c <this> WHEEL DEPS` unpacks from TensorFlow's wheel the two libraries into DEPS/lib and
 * the C headers into DEPS/include, checks each file's SHA-256 against the wheel's own RECORD while it is written, and
 * prints the fraction done. Of the 13,000 headers the addon needs those of the C interface and what they include.
 * Python because it is there when pip is, and Node has no zip reader.
 */
export const unpackScript = `
import base64, hashlib, os, sys, zipfile
wheel, deps = sys.argv[1:3]
libraries = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
include = 'tensorflow/include/'
def target(name):
    if name in libraries:
        return os.path.join(deps, 'lib', os.path.basename(name))
    inside = name[len(include):]
    header = name.startswith(include) and name.endswith('.h') and '..' not in inside.split('/')
    if header and ('/c/' in inside or os.path.basename(inside).startswith('ctstring')):
        return os.path.join(deps, 'include', *inside.split('/'))
with zipfile.ZipFile(wheel) as archive:
    names = archive.namelist()
    missing = [name for name in libraries if name not in names]
    if missing:
        sys.exit('it holds no ' + ', '.join(missing))
    record = next(name for name in names if name.endswith('.dist-info/RECORD'))
    rows = [line.rsplit(',', 2) for line in archive.read(record).decode('utf-8').splitlines()]
    expected = {name.strip('"'): digest for name, digest, _ in rows}
    wanted = [(info, target(info.filename)) for info in archive.infolist() if target(info.filename)]
    total = sum(info.file_size for info, _ in wanted)
    done = printed = 0
    for info, path in wanted:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(info) as source, open(path, 'wb') as out:
            while True:
                chunk = source.read(1 << 22)
                if not chunk:
                    break
                digest.update(chunk)
                out.write(chunk)
                done += len(chunk)
                if done - printed > total / 50:
                    printed = done
                    print(round(done / total, 3), flush=True)
        found = 'sha256=' + base64.urlsafe_b64encode(digest.digest()).decode().rstrip('=')
        if expected.get(info.filename) != found:
            sys.exit(info.filename + ' has ' + found + ', its RECORD says ' + str(expected.get(info.filename)))
`;
