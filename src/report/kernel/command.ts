import { join } from 'node:path';

/** Replaced by the path of the connection file, as in a kernelspec. */
export const CONNECTION_FILE = '{connection_file}';

/**
 * The `argv` of this project's kernelspec: tslab, started so that no output is lost and errors are told as errors.
 * For JupyterLab and VS Code; a headless run uses the same start file.
 * @param projectRoot the folder that holds package.json and dist/
 */
export function kernelArgv(projectRoot: string): string[] {
  const start = join(projectRoot, 'dist', 'src', 'report', 'kernel', 'inside', 'main.js');
  return [process.execPath, start, '--config-path', CONNECTION_FILE];
}

/** The same for a headless run; `fenceKey` marks the ends of cells in the process's own output. */
export function headlessArgv(projectRoot: string, fenceKey: string): string[] {
  return [...kernelArgv(projectRoot), '--fence', fenceKey];
}
