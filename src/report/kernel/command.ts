import { join } from 'node:path';

/** Replaced by the path of the connection file, as in a kernelspec. */
export const CONNECTION_FILE = '{connection_file}';

/** The command line of this project's kernel: tslab, started so that no output is lost and errors are sent as errors. */
function kernelArgv(projectRoot: string): string[] {
  const start = join(projectRoot, 'dist', 'src', 'report', 'kernel', 'inside', 'main.js');
  return [process.execPath, start, '--config-path', CONNECTION_FILE];
}

/** The same for a headless run; `fenceKey` marks the ends of cells in the process's own output. */
export function headlessArgv(projectRoot: string, fenceKey: string): string[] {
  return [...kernelArgv(projectRoot), '--fence', fenceKey];
}

/**
 * The `argv` of this project's kernelspec, for JupyterLab and VS Code. A kernelspec outlives what it names: where its Node
 * is gone, the one on PATH takes its place, and where the project is gone or not built, the message says what to run.
 * @param projectRoot the folder that holds package.json and dist/
 */
export function registeredArgv(projectRoot: string): string[] {
  const argv = kernelArgv(projectRoot);
  return process.platform === 'win32' ? argv : ['/bin/sh', '-c', GUARD, ...argv];
}

/** POSIX shell: $0 is Node, $1 the start file, the rest its arguments. `exec` keeps the process id, which gets the signals. */
const GUARD = [
  'node=$0',
  '[ -x "$node" ] || node=$(command -v node)',
  'if [ -z "$node" ]; then missing="Node, at $0 or on PATH"',
  'elif [ ! -f "$1" ]; then missing=$1',
  'else exec "$node" "$@"; fi',
  'echo "The TypeScript kernel cannot start: it was registered with what is gone: $missing" >&2',
  'echo "Run in the folder of the project: npm ci && npm run notebook (for VS Code: npm run notebook -- --vscode)" >&2',
  'exit 1',
].join('\n');
