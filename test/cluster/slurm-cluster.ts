import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portOf } from '../support/server.js';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol'];

/** Why no cluster can be started here; undefined where it can. */
export function missingSlurm(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'a cluster of Slurm needs root on Linux';
  const missing = PROGRAMS.filter((name) => spawnSync('which', [name], { env: ENV }).status !== 0);
  return missing.length > 0 ? `not installed: ${missing.join(', ')} (apt-get install slurm-wlm)` : undefined;
}

const ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** Two nodes of one core each, on this machine: munge, slurmctld and two slurmd with a configuration of their own. */
export class SlurmCluster {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'whyconv-slurm-'));
  readonly env: NodeJS.ProcessEnv = { ...ENV, SLURM_CONF: join(this.folder, 'slurm.conf') };
  private readonly daemons = new Map<string, ChildProcess>();

  async start(): Promise<void> {
    const [controller, ...nodes] = await freePorts(3);
    const { folder } = this;
    for (const name of ['state', 'log', 'n1', 'n2']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
    writeFileSync(this.env.SLURM_CONF!, configuration(folder, controller!, nodes));
    const munge = (name: string) => `--${name}=${join(folder, `munge.${name.replace(/-.*/, '')}`)}`;
    this.run(
      'munged',
      '--foreground',
      '--force',
      ...['key-file', 'socket', 'pid-file', 'log-file', 'seed-file'].map(munge),
    );
    while (spawnSync('munge', ['-n', '-S', join(folder, 'munge.socket')], { env: ENV }).status !== 0)
      await sleep(50);
    this.run('slurmctld', '-D');
    for (const node of ['n1', 'n2']) this.startNode(node);
    await this.until(() => this.call('sinfo', '-h', '-o', '%T').trim() === 'idle');
  }

  /** Runs a client program. */
  call(program: string, ...args: string[]): string {
    return execFileSync(program, args, {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** State by task of the jobs that are not over: "7_0" → "RUNNING n1". */
  tasks(): Map<string, string> {
    const lines = this.call('squeue', '-h', '-r', '-o', '%i %T %N').split('\n').filter(Boolean);
    return new Map(lines.map((line) => [line.split(' ')[0]!, line.split(' ').slice(1).join(' ').trim()]));
  }

  /** Waits until something is so. A call that Slurm does not answer yet is none. */
  async until(holds: () => boolean): Promise<void> {
    for (;;) {
      try {
        if (holds()) return;
      } catch {
        // Not yet.
      }
      await sleep(200);
    }
  }

  startNode(node: string): void {
    this.run('slurmd', '-D', '-N', node);
  }

  /** As a power cut: the daemon, and all that it had started. */
  async killNode(node: string): Promise<void> {
    const daemon = this.daemons.get(`slurmd ${node}`)!;
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    this.killJobs((environment) => environment.includes(`SLURMD_NODENAME=${node}`));
  }

  async stop(): Promise<void> {
    this.killJobs(() => true);
    for (const daemon of [...this.daemons.values()].reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const gone = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      const killer = setTimeout(() => daemon.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(killer);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private run(program: string, ...args: string[]): void {
    const child = spawn(program, args, { env: this.env, stdio: 'ignore' });
    this.daemons.set(program === 'slurmd' ? `slurmd ${args.at(-1)}` : program, child);
  }

  /** Processes of this cluster's jobs, and the daemon of each job, which its slurmd has let go of. */
  private killJobs(matches: (environment: string[]) => boolean): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        if (!environment.includes(`SLURM_CONF=${this.env.SLURM_CONF}`)) continue;
        if (!environment.some((entry) => entry.startsWith('SLURM_JOB_ID=')) || !matches(environment))
          continue;
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
        const isJobDaemon = /^slurmstepd/.test(readFileSync(`/proc/${parent}/comm`, 'utf8'));
        if (isJobDaemon) process.kill(Number(parent), 'SIGKILL');
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map(portOf);
  for (const server of servers) server.close();
  return ports;
}

/** A requeued task waits for `cred_expire` seconds, by default two minutes, before it starts again. */
const configuration = (folder: string, controller: number, nodes: readonly number[]): string => `
ClusterName=whyconv
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/log/slurmctld
SlurmdLogFile=${folder}/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdTimeout=15
KillWait=10
BatchStartTimeout=1
MessageTimeout=5
${nodes.map((port, i) => `NodeName=n${i + 1} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${port} CPUs=1 RealMemory=8000`).join('\n')}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
