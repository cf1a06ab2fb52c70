import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.js';
import { registeredArgv } from '../report/kernel/index.js';

/** The name that the notebooks' metadata asks for, tslab's own, so that they open on any tslab kernel. */
export const kernelName = 'tslab';

/** What JupyterLab is given for this project, and whether an earlier registration had to be replaced. */
export interface Registration {
  /** The folder to name in JUPYTER_PATH and JUPYTER_CONFIG_PATH. */
  readonly folder: string;
  /** True if the kernel was registered for another Node or another place of the project. */
  readonly replaced: boolean;
}

/**
 * Registers this project's kernel in `.jupyter/kernels/tslab` of the project, with the absolute paths of the running
 * Node and of the project. Both may have moved since the last time, so the file is written each time.
 */
export async function registerKernel(root: string): Promise<Registration> {
  const folder = join(root, '.jupyter');
  const kernelspec = {
    argv: registeredArgv(root),
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'signal',
  };
  const path = join(folder, 'kernels', kernelName, 'kernel.json');
  const text = `${JSON.stringify(kernelspec, null, 2)}\n`;
  const old = await readIfPresent(path);
  if (old !== text) await writeFileAtomic(path, text);
  await writeFileAtomic(join(folder, 'labconfig', 'page_config.json'), PAGE_CONFIG);
  return { folder, replaced: old !== undefined && old !== text };
}

/**
 * tslab has no debugger. JupyterLab 4.6 asks the debugger of every kernel for its modules after each cell, and throws
 * "No active debugger session" for one that has none; without the extension it does not ask.
 */
const PAGE_CONFIG = `${JSON.stringify({ disabledExtensions: { '@jupyterlab/debugger-extension': true } }, null, 2)}\n`;

/**
 * Names the kernel's folder in the project's `.env`, where VS Code's Jupyter extension looks for JUPYTER_PATH. The other
 * lines of the file stay as they are.
 * @returns the file's path
 */
export async function writeDotEnv(root: string, folder: string): Promise<string> {
  const path = join(root, '.env');
  const old = (await readIfPresent(path)) ?? '';
  const others = old.split('\n').filter((line) => line && !JUPYTER_PATH.test(line));
  await writeFileAtomic(path, `${[...others, `JUPYTER_PATH=${folder}`].join('\n')}\n`);
  return path;
}

/** True if `.env` names a folder that is gone: the project was moved after it was set up for VS Code. */
export async function dotEnvIsStale(root: string): Promise<boolean> {
  const text = (await readIfPresent(join(root, '.env'))) ?? '';
  const named = text.split('\n').find((line) => JUPYTER_PATH.test(line));
  return named !== undefined && !existsSync(named.slice(named.indexOf('=') + 1).trim());
}

const JUPYTER_PATH = /^\s*JUPYTER_PATH\s*=/;

async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
