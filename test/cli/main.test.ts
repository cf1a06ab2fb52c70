import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

const file = require.resolve('../../src/cli/main.js');
const main = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const commands = Object.entries(scripts)
  .filter(([name, script]) => script.endsWith(`cli/main.js ${name}`))
  .map(([name]) => name);

describe('the command line', () => {
  for (const args of [[], ['--help'], ['-h']]) {
    it(`tells its commands (${args[0] ?? 'no arguments'})`, () => {
      const { status, stdout, stderr } = main(args);
      assert.deepEqual([status, stderr], [0, '']);
      assert.ok(commands.length >= 5);
      for (const command of commands) assert.match(stdout, new RegExp(`^ {2}npm run ${command} +\\w`, 'm'));
    });
  }

  it('has a file and a help text for every script of package.json', () => {
    for (const command of commands) {
      assert.ok(existsSync(join(projectRoot, 'dist', 'src', 'cli', `${command}.js`)), command);
      const { status, stdout } = main([command, '--help']);
      assert.equal(status, 0, command);
      assert.match(stdout, new RegExp(`npm run ${command}`));
    }
  });

  it('refuses an unknown command with exit code 2, also one that every object has', () => {
    for (const name of ['trian', 'toString', '__proto__', 'constructor']) {
      const { status, stdout, stderr } = main([name]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(
        stderr,
        new RegExp(`unknown command\\n +found: +${name}\\n +expected: report, study, claims, data`),
      );
      assert.doesNotMatch(stderr, /\n +at /);
    }
  });

  it('tells a user’s error without a stack, with its exit code', () => {
    const { status, stdout, stderr } = main(['study', '--profile', 'smoke', '--list'], {
      WHYCONV_ENGINE: 'cuda',
    });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /unknown engine: WHYCONV_ENGINE\n +found: +cuda\n +expected: auto, native, wasm/);
    assert.doesNotMatch(stderr, /\n +at /);
  });

  it('ends without a word where whoever reads its output left early, as `head` does', async () => {
    for (const args of [['--help'], ['study', '--data', 'synthetic', '--engine', 'wasm', '--list']]) {
      const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.stdout.destroy();
      await once(child, 'close');
      assert.doesNotMatch(stderr, /EPIPE|\n +at /, args.join(' '));
    }
  });
});
