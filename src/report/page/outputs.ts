import type { Output } from '../nbformat.js';
import { type OutputContext, renderBundle } from './bundle.js';
import { errorBlock } from './errors.js';
import { logBlock } from './logs.js';
import type { MarkdownScope } from './markdown.js';

/** The outputs of one cell as HTML, in order; adjacent pieces of one stream are one text. */
export async function renderOutputs(
  outputs: readonly Output[],
  context: OutputContext,
  scope: MarkdownScope,
): Promise<string> {
  const parts: string[] = [];
  for (const output of joinStreams(outputs)) {
    if (output.output_type === 'stream') parts.push(logBlock(output.text, output.name));
    else if (output.output_type === 'error') parts.push(errorBlock(output));
    else parts.push(await renderBundle(output.data, output.metadata, context, scope));
  }
  return parts.filter((part) => part !== '').join('\n');
}

function joinStreams(outputs: readonly Output[]): Output[] {
  const joined: Output[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: last.text + output.text };
    } else joined.push(output);
  }
  return joined;
}
