import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where the kernel shows what this process may use; tests give a copy of their own. */
export interface MachineView {
  /** Folder in place of `/`. */
  readonly root?: string;
  /** What the machine itself has, as the operating system counts it for this process. */
  readonly cores?: number;
  readonly totalBytes?: number;
  readonly freeBytes?: number;
}

/**
 * Cores that this process may keep busy: those that it may run on (affinity), at most what the CPU quota of its control
 * groups pays for. A quota of 1.5 cores counts as one, since a second busy thread would be throttled. At least 1.
 */
export function allowedCores({ root = '/', cores = availableParallelism() }: MachineView = {}): number {
  const quotas = limitsOf(root, 'cpu', readQuotaV2, readQuotaV1);
  return Math.max(1, Math.min(cores, Math.floor(Math.min(...quotas, cores))));
}

/** The processor's own name, "unknown" where the system does not say. */
export const cpuModel = (): string => cpus()[0]?.model.trim() ?? 'unknown';

/** Bytes of memory that this process may use in all: the machine's, at most the limit of its control groups. */
export function allowedMemory({ root = '/', totalBytes = totalmem() }: MachineView = {}): number {
  const limits = limitsOf(
    root,
    'memory',
    (group) => number(join(group, 'memory.max')),
    (group) => number(join(group, 'memory.limit_in_bytes')),
  );
  return Math.min(totalBytes, ...limits);
}

/** Bytes of memory that this process may still take: what the machine has free, at most what its control groups leave. */
export function freeMemory({ root = '/', freeBytes = freemem() }: MachineView = {}): number {
  const left = limitsOf(
    root,
    'memory',
    (group) => remaining(number(join(group, 'memory.max')), number(join(group, 'memory.current')), group),
    (group) =>
      remaining(
        number(join(group, 'memory.limit_in_bytes')),
        number(join(group, 'memory.usage_in_bytes')),
        group,
      ),
  );
  return Math.max(0, Math.min(freeBytes, ...left));
}

type ReadLimit = (group: string) => number | undefined;

/**
 * The limits of the process's control group and of all groups around it: each of them binds. A container may see its own
 * group as the root of the hierarchy, or a path that exists outside only; the root then has the limits.
 */
function limitsOf(root: string, controller: string, readV2: ReadLimit, readV1: ReadLimit): number[] {
  const mount = join(root, 'sys', 'fs', 'cgroup');
  return membership(root).flatMap(({ controllers, path }) => {
    const unified = controllers.length === 0;
    if (!unified && !controllers.includes(controller)) return [];
    // Version 1 mounts each controller by itself, and links "cpu" to "cpu,cpuacct".
    const folder = unified ? mount : join(mount, controller);
    const read = unified ? readV2 : readV1;
    return ancestors(path).flatMap((group) => read(join(folder, group)) ?? []);
  });
}

/** Lines of /proc/self/cgroup: "4:cpu,cpuacct:/docker/1a2b" (version 1), "0::/user.slice" (version 2). */
function membership(root: string): { controllers: string[]; path: string }[] {
  return text(join(root, 'proc', 'self', 'cgroup'))
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
      if (controllers === undefined || path === undefined) return [];
      return [{ controllers: controllers.split(',').filter(Boolean), path }];
    });
}

/** "/a/b" as ["a/b", "a", ""]. A path that leads out of the namespace ("/../x") is not followed. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  if (parts.includes('..')) return [''];
  return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).join('/'));
}

/** Version 2: "150000 100000", or "max 100000" without a limit. */
function readQuotaV2(group: string): number | undefined {
  const [quota, period] = text(join(group, 'cpu.max')).trim().split(' ').map(Number);
  return quota && period ? quota / period : undefined;
}

/** Version 1: microseconds of CPU time for each period; -1 without a limit. */
function readQuotaV1(group: string): number | undefined {
  const quota = number(join(group, 'cpu.cfs_quota_us'));
  const period = number(join(group, 'cpu.cfs_period_us'));
  return quota && period && quota > 0 ? quota / period : undefined;
}

/** What a limit leaves. The page cache counts as used, but the kernel gives it back on demand. */
function remaining(limit: number | undefined, used: number | undefined, group: string): number | undefined {
  if (limit === undefined || used === undefined) return undefined;
  const cached = /^(?:total_)?inactive_file (\d+)$/m.exec(text(join(group, 'memory.stat')))?.[1];
  return limit - used + Number(cached ?? 0);
}

function number(path: string): number | undefined {
  const found = text(path).trim();
  return /^-?\d+$/.test(found) ? Number(found) : undefined;
}

/** '' where there is no such file: another system, or a controller that is not enabled. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
