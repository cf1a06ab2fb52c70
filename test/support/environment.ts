import type { TestContext } from 'node:test';

/** Sets environment variables (undefined: unsets them) until the test ends. */
export function setEnvironment(t: TestContext, changes: Readonly<Record<string, string | undefined>>): void {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, process.env[name]]));
  assign(changes);
  t.after(() => assign(before));
}

function assign(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
