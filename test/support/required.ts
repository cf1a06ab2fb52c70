import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';

/** CI has to have every program that tests drive: there a missing one is a failure. */
const inCi = Boolean(process.env.CI || process.env.WHYCONV_CI);

/** Skips a test for what is missing, if anything is, and says whether it did. @throws AssertionError in CI */
export function skipFor(t: TestContext, missing: string | undefined): boolean {
  if (missing === undefined) return false;
  assert.ok(!inCi, missing);
  t.skip(missing);
  return true;
}

/** Tests that are skipped for what is missing, if anything is; in CI one test fails in their place. */
export function describeUnless(missing: string | undefined, title: string, body: () => void): void {
  if (missing === undefined) describe(title, body);
  else if (inCi) it(title, () => assert.fail(missing));
  else describe(title, { skip: missing }, body);
}
