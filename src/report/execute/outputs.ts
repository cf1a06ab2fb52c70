import { MIME } from '../../notebook/mime.js';
import type { KernelOutput } from '../kernel/index.js';
import type { DisplayOutput, ErrorOutput, MimeData, Output } from '../nbformat.js';
import { collapseCarriageReturns } from './stream-text.js';

/** The displays of a whole notebook by id: an update in one cell changes what an earlier cell shows. */
export type Displays = Map<string, DisplayOutput[]>;

interface ErrorParts {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Gathers what one cell sends into the outputs of a notebook. */
export interface OutputCollector {
  add(output: KernelOutput): void;
  /** Adds `error` unless the cell printed it itself; it replaces the mere notice of an interruption. */
  ensureError(error: ErrorParts): void;
  /** A snapshot: streams merged, rewritten lines collapsed. */
  outputs(): Output[];
}

export function collectOutputs(displays: Displays): OutputCollector {
  let gathered: Output[] = [];
  const add = (output: KernelOutput): void => {
    switch (output.type) {
      case 'stream':
        appendStream(gathered, output.name, output.text);
        break;
      case 'display_data': {
        const shown = displayOutput(output.data, output.metadata);
        gathered.push(shown);
        if (output.displayId !== undefined) {
          displays.set(output.displayId, [...(displays.get(output.displayId) ?? []), shown]);
        }
        break;
      }
      case 'update_display_data':
        for (const shown of displays.get(output.displayId ?? '') ?? []) {
          Object.assign(shown, displayOutput(output.data, output.metadata));
        }
        break;
      case 'execute_result':
        gathered.push({
          output_type: 'execute_result',
          execution_count: output.executionCount,
          data: output.data,
          metadata: {},
        });
        break;
      case 'error':
        gathered.push(errorOutput(output));
        break;
      case 'clear_output':
        gathered = [];
    }
  };
  return {
    add,
    ensureError: (error) => {
      const errors = gathered.filter((output) => output.output_type === 'error');
      if (errors.some(({ ename, evalue }) => ename === error.ename && evalue === error.evalue)) return;
      const interruption = errors.findLast(({ ename }) => ename === 'Interrupted');
      if (interruption === undefined) gathered.push(errorOutput(error));
      else gathered = gathered.map((output) => (output === interruption ? errorOutput(error) : output));
    },
    outputs: () =>
      gathered.map((output) =>
        output.output_type === 'stream' ? { ...output, text: collapseCarriageReturns(output.text) } : output,
      ),
  };
}

/** The payload of a progress display; undefined for anything else. */
export function progressPayload(output: KernelOutput): unknown {
  if (output.type !== 'display_data' && output.type !== 'update_display_data') return undefined;
  return output.data[MIME.progress];
}

function appendStream(gathered: Output[], name: 'stdout' | 'stderr', text: string): void {
  const last = gathered.at(-1);
  if (last?.output_type === 'stream' && last.name === name) last.text += text;
  else gathered.push({ output_type: 'stream', name, text });
}

function displayOutput(data: MimeData, metadata: Record<string, unknown>): DisplayOutput {
  return { output_type: 'display_data', data, metadata };
}

function errorOutput({ ename, evalue, traceback }: ErrorParts): ErrorOutput {
  return { output_type: 'error', ename, evalue, traceback: [...traceback] };
}
