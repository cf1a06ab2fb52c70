import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const NOTICE =
  '/*! vega, vega-interpreter and vega-tooltip: copyright University of Washington Interactive Data Lab and ' +
  'contributors, BSD-3-Clause licence; vega includes d3, copyright Mike Bostock, ISC licence. */';

/**
 * The script that makes charts interactive in the page: Vega, its interpreter (expressions run without `eval`, which the
 * page forbids) and its tooltips, as one classic script that defines `vega` and `vegaExtras`.
 * @throws Error if a library no longer has the shape this expects.
 */
export async function readVegaRuntime(): Promise<string> {
  const [vega, interpreter, tooltip] = await Promise.all([
    readFile(join(packageFolder('vega'), 'build', 'vega.min.js'), 'utf8'),
    readFile(join(packageFolder('vega-interpreter'), 'build', 'vega-interpreter.js'), 'utf8'),
    readFile(join(packageFolder('vega-tooltip'), 'build', 'index.js'), 'utf8'),
  ]);
  const extras = `const vegaExtras = { ...${moduleToExpression(interpreter)}, ...${moduleToExpression(tooltip)} };`;
  return [NOTICE, vega, extras].join('\n');
}

/** An ES module that imports from vega-util only, as an expression whose value is the object of its exports. */
function moduleToExpression(source: string): string {
  let exported = '';
  const body = source
    .replace(
      /^import \{([^}]+)\} from 'vega-util';$/gm,
      (_, names: string) => `const {${rename(names)}} = vega;`,
    )
    .replace(/^export \{([^}]+)\};$/gm, (_, names: string) => {
      exported = names.replace(/([\w$]+) as ([\w$]+)/g, '$2: $1');
      return '';
    })
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(/^\s*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, '');
  if (exported === '' || /^(?:import|export)\b/m.test(body)) {
    throw new Error('a Vega package has changed its shape; the page cannot embed it');
  }
  return `(() => {${body}; return {${exported}}; })()`;
}

function rename(names: string): string {
  return names.replace(/([\w$]+) as ([\w$]+)/g, '$1: $2');
}

/** ESM-only packages cannot be resolved by `require`; their folder can be found through the lookup paths. */
function packageFolder(name: string): string {
  const { existsSync } = require('node:fs') as typeof import('node:fs');
  const found = (require.resolve.paths(name) ?? [])
    .map((path) => join(path, name))
    .find((path) => existsSync(join(path, 'package.json')));
  return found ?? join(dirname(require.resolve('katex')), '..', '..', name);
}
