#!/usr/bin/env node
import { messageOf, UsageError, WhyconvError } from '../base/errors.js';

type Command = { run(args: string[]): Promise<void> };

/** Loaded when called: `data` must not wait for what `report` needs. */
const COMMANDS: Readonly<Record<string, { load: () => Promise<Command>; purpose: string }>> = {
  report: { load: () => import('./report.js'), purpose: 'execute the notebooks and write the HTML report' },
  study: { load: () => import('./study.js'), purpose: 'train the runs that no record answers yet' },
  claims: { load: () => import('./claims.js'), purpose: 'judge the claims by the records there are' },
  data: { load: () => import('./data.js'), purpose: 'get and check the dataset' },
  engine: { load: () => import('./engine.js'), purpose: 'install the native engine, or show its status' },
  serve: { load: () => import('./serve.js'), purpose: 'answer with a trained network over HTTP' },
  export: { load: () => import('./export.js'), purpose: 'write a trained network for other programs' },
  deploy: { load: () => import('./deploy.js'), purpose: 'check, create or remove a SageMaker endpoint' },
  bench: { load: () => import('./bench.js'), purpose: 'time training against TensorFlow.js and Keras' },
  readme: { load: () => import('./readme.js'), purpose: 'write the results of a report into the README' },
  notebook: { load: () => import('./notebook.js'), purpose: 'open the notebooks in JupyterLab' },
};

async function main([name = '--help', ...args]: string[]): Promise<void> {
  if (name === '--help' || name === '-h') {
    process.stdout.write(usage());
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UsageError({
      what: 'unknown command',
      found: name,
      expected: Object.keys(COMMANDS).join(', '),
    });
  }
  await (await command.load()).run(args);
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { purpose }]) => `  npm run ${name.padEnd(10)}${purpose}`,
  );
  return `whyconv: why, and by how much, convolutional networks beat dense ones\n\n${lines.join('\n')}\n\nOptions of a command: npm run <command> -- --help\n`;
}

/** A user's error is printed in its own words; only internal errors print a stack trace. */
function fail(error: unknown): void {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (error instanceof WhyconvError) {
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = error.exitCode;
  } else if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`${messageOf(error)}\nSee --help.\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** Whoever read the output may leave early (`| head`): the command ends in order then, as when it is stopped. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (!readerLeft) process.kill(process.pid, 'SIGTERM');
  readerLeft = true;
}

let readerLeft = false;
for (const stream of [process.stdout, process.stderr]) stream.on('error', endWithReader);
main(process.argv.slice(2)).catch(fail);
