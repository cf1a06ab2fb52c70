import assert from 'node:assert/strict';
import { it } from 'node:test';
import { imagesInWords } from '../../src/cli/report-summary.js';

const of = (name: 'cifar10' | 'images' | 'shapes', official: boolean) =>
  imagesInWords({ name, official, fingerprint: 'f'.repeat(64), classes: ['rose', 'tulip'] });

it('the top of a report calls images what they are', () => {
  assert.equal(of('images', false), 'own images of 2 classes, not CIFAR-10 (ffffffffffff…)');
  assert.equal(of('shapes', false), 'synthetic shapes, not CIFAR-10');
  assert.equal(of('cifar10', true), 'CIFAR-10, the official archive');
  assert.equal(of('cifar10', false), 'a copy of CIFAR-10, not official (ffffffffffff…)');
});
