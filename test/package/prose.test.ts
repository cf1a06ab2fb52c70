import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

/** Turns of phrase that a reader stumbles over, and what to write in their place. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/i, 'again'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\b(goes|go|went) on from\b/i, 'resume from'],
  [/\b(taken|takes|take) up again\b/i, 'resumed'],
  [/\bof ours\b/i, "this project's"],
  [/\bso many\b/i, 'a number of'],
  [/\btell(s|ing)?\b(?! .{0,20}\bapart\b)/i, 'say, report, show'],
  [/\bcolour/i, 'color'],
  [/\bneighbour/i, 'neighbor'],
  [/\bsister (project|setting|budget)/i, 'public repetitions'],
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|css|py|cc)$/.test(name))
    .map((name) => join(folder, name));
}

it('comments, messages and pages are in plain English', () => {
  const files = [
    ...filesIn(join(projectRoot, 'src')),
    join(projectRoot, 'README.md'),
    join(projectRoot, 'CHANGELOG.md'),
  ];
  const found = files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        PHRASES.filter(([phrase]) => phrase.test(line)).map(
          ([phrase, better]) =>
            `${relative(projectRoot, path)}:${i + 1}: ${phrase.exec(line)![0]}: write ${better}`,
        ),
      ),
  );
  assert.deepEqual(found, []);
});
