import assert from 'node:assert/strict';
import { type ErrorParts, WhyconvError } from '../../src/base/errors.js';

/** For `assert.throws`: a WhyconvError of which these parts hold these texts. */
export function refusal(parts: { readonly [part in keyof ErrorParts]?: RegExp | string }) {
  return (error: unknown): true => {
    if (!(error instanceof WhyconvError)) throw error;
    for (const [part, expected] of Object.entries(parts)) {
      const found = error.parts[part as keyof ErrorParts] ?? '';
      if (typeof expected === 'string') assert.ok(found.includes(expected), `${part}: ${found}`);
      else assert.match(found, expected, part);
    }
    return true;
  };
}
