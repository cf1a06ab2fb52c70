import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { MIME, openNotebook } from '../../src/notebook/index.js';
import type { Study } from '../../src/study/index.js';
import { shownBy } from '../notebook/fake-host.js';
import { refusal } from '../support/refusal.js';

let folder: string;
const { WHYCONV_RUNS } = process.env;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-open-'));
  process.env.WHYCONV_RUNS = join(folder, 'runs');
  await startEngine('wasm');
});
after(async () => {
  if (WHYCONV_RUNS === undefined) delete process.env.WHYCONV_RUNS;
  else process.env.WHYCONV_RUNS = WHYCONV_RUNS;
  await rm(folder, { recursive: true, force: true });
});

/** Opens a study as in a kernel; the study and its banners, level and text. */
async function open(...args: Parameters<typeof openNotebook>) {
  let study: Study | undefined;
  const shown = await shownBy(true, async () => {
    study = await openNotebook(...args);
  });
  const banners = shown.flatMap(({ data }) => (MIME.banner in data ? [data[MIME.banner] as Banner] : []));
  return { study: study!, banners };
}
interface Banner {
  readonly level: string;
  readonly text: string;
}

describe('opening the study from a notebook', () => {
  it('takes profile, data and seed, and warns of synthetic images', async () => {
    const { study, banners } = await open('smoke', 'synthetic', 5);
    assert.deepEqual([study.profile.name, study.dataset.name, study.seed], ['smoke', 'shapes', 5]);
    assert.equal(study.store.folder, join(folder, 'runs'));
    assert.equal(study.experiment('filterSweep').specs[0]?.seed, 5);
    assert.deepEqual(
      banners.map(({ level }) => level),
      ['warning', 'info'],
    );
    assert.match(banners[0]!.text, /no figure below is about CIFAR-10/);
    assert.match(banners[1]!.text, /`smoke`.*measures nothing/);
  });
  it('says that the WebAssembly engine makes quick smaller', async () => {
    const { study, banners } = await open('quick', 'synthetic');
    assert.equal(study.seed, 0);
    assert.deepEqual(
      banners.map(({ level }) => level),
      ['warning', 'info', 'warning'],
    );
    assert.match(banners[2]!.text, /WebAssembly engine, with fewer images, epochs and models/);
  });
  it('refuses a profile that there is none of, as what it is: a parameter of the notebook', async () => {
    await assert.rejects(
      openNotebook('quik', 'synthetic'),
      refusal({ what: 'unknown profile', where: 'parameter profile', found: 'quik' }),
    );
  });
});
