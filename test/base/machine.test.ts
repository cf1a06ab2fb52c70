import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { allowedCores, allowedMemory, freeMemory } from '../../src/base/machine.js';

const GIB = 2 ** 30;

/** A machine of 16 cores and 64 GiB, of which 40 are free, whose kernel shows these files. */
function machine(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'whyconv-machine-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return { root, cores: 16, totalBytes: 64 * GIB, freeBytes: 40 * GIB };
}

test('without control groups a process may use what the machine has', (t) => {
  const view = machine(t, {});
  assert.deepEqual([allowedCores(view), allowedMemory(view), freeMemory(view)], [16, 64 * GIB, 40 * GIB]);
});

test('a container of cgroup version 2 sees its limits at the root of the hierarchy', (t) => {
  const view = machine(t, {
    'proc/self/cgroup': '0::/\n',
    'sys/fs/cgroup/cpu.max': '250000 100000\n',
    'sys/fs/cgroup/memory.max': `${4 * GIB}\n`,
    'sys/fs/cgroup/memory.current': `${3 * GIB}\n`,
    'sys/fs/cgroup/memory.stat': `anon 1\nactive_file 7\ninactive_file ${GIB}\n`,
  });
  assert.deepEqual([allowedCores(view), allowedMemory(view), freeMemory(view)], [2, 4 * GIB, 2 * GIB]);
});

test('of nested groups the tightest limit binds, and "max" is none', (t) => {
  const view = machine(t, {
    'proc/self/cgroup': '0::/user.slice/job.scope\n',
    'sys/fs/cgroup/user.slice/cpu.max': '400000 100000\n',
    'sys/fs/cgroup/user.slice/job.scope/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/user.slice/memory.max': 'max\n',
    'sys/fs/cgroup/user.slice/job.scope/memory.max': `${8 * GIB}\n`,
  });
  assert.deepEqual([allowedCores(view), allowedMemory(view), freeMemory(view)], [4, 8 * GIB, 40 * GIB]);
});

test('cgroup version 1 is read from the mount of each controller, whether its path exists here or not', (t) => {
  const files = {
    'proc/self/cgroup':
      '9:name=systemd:/\n4:memory:/docker/1a2b\n3:cpu,cpuacct:/docker/1a2b\n2:cpuset:/\n0::/system.slice\n',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': `${6 * GIB}\n`,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': `${GIB}\n`,
  };
  const inside = machine(t, files);
  assert.deepEqual([allowedCores(inside), allowedMemory(inside), freeMemory(inside)], [3, 6 * GIB, 5 * GIB]);
  const outside = machine(t, {
    ...files,
    'sys/fs/cgroup/cpu/docker/1a2b/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu/docker/1a2b/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/docker/1a2b/memory.limit_in_bytes': `${2 * GIB}\n`,
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  });
  assert.deepEqual([allowedCores(outside), allowedMemory(outside)], [3, 2 * GIB]);
});

test('less than one core is still one, and a quota above the machine gives no more than the machine', (t) => {
  const quota = (max: string) =>
    allowedCores(machine(t, { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': max }));
  assert.deepEqual(['50000 100000', '150000 100000', '9900000 100000'].map(quota), [1, 1, 16]);
});

test('a path that leads out of the namespace and files that hold no numbers are passed over', (t) => {
  const view = machine(t, {
    'proc/self/cgroup': 'nonsense\n0::/../../other\n',
    'sys/fs/cgroup/cpu.max': 'garbage\n',
    'sys/fs/cgroup/memory.max': '',
    'sys/fs/other/memory.max': '1\n',
  });
  assert.deepEqual([allowedCores(view), allowedMemory(view), freeMemory(view)], [16, 64 * GIB, 40 * GIB]);
});

test('this machine allows at least one core and some memory', () => {
  assert.ok(allowedCores() >= 1);
  assert.ok(allowedMemory() > 0 && freeMemory() > 0 && freeMemory() <= allowedMemory());
});
