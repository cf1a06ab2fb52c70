import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.js';
import { kernelArgv } from '../report/kernel/index.js';

/** The name that the notebooks' metadata asks for, tslab's own, so that they open on any tslab kernel. */
export const kernelName = 'tslab';

/**
 * Registers this project's kernel in `.jupyter/kernels/tslab` of the project, with absolute paths of the running Node
 * and of the project: both may have moved since the last time, so it is written anew each time.
 * @returns the folder to be named in JUPYTER_PATH
 */
export async function registerKernel(root: string): Promise<string> {
  const data = join(root, '.jupyter');
  const kernelspec = {
    argv: kernelArgv(root),
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'signal',
  };
  const path = join(data, 'kernels', kernelName, 'kernel.json');
  await writeFileAtomic(path, `${JSON.stringify(kernelspec, null, 2)}\n`);
  return data;
}

/**
 * Names the kernel's folder in the project's `.env`, where VS Code's Jupyter extension looks for JUPYTER_PATH. Other
 * lines of the file stay as they are.
 * @returns the file's path
 */
export async function writeDotEnv(root: string, data: string): Promise<string> {
  const path = join(root, '.env');
  const old = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const others = old.split('\n').filter((line) => line && !/^\s*JUPYTER_PATH\s*=/.test(line));
  await writeFileAtomic(path, `${[...others, `JUPYTER_PATH=${data}`].join('\n')}\n`);
  return path;
}
