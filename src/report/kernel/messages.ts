import { z } from 'zod';
import type { Message } from './wire.js';

/** What a cell sends while it runs, in the order it came. `late` marks what came after the cell had ended. */
export type KernelOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display_data' | 'update_display_data';
      readonly data: Record<string, unknown>;
      readonly metadata: Record<string, unknown>;
      readonly displayId: string | undefined;
    }
  | {
      readonly type: 'execute_result';
      readonly data: Record<string, unknown>;
      readonly executionCount: number;
    }
  | { readonly type: 'error'; readonly ename: string; readonly evalue: string; readonly traceback: string[] }
  | { readonly type: 'clear_output' };

export type OnOutput = (output: KernelOutput, late: boolean) => void;

/** When things happened, by the kernel's clock (ISO 8601), under the names that JupyterLab records. */
export interface ExecutionTimes {
  'iopub.status.busy'?: string;
  'iopub.execute_input'?: string;
  'iopub.status.idle'?: string;
  'shell.execute_reply'?: string;
}

const record = z.record(z.string(), z.unknown());
const stream = z.object({ name: z.enum(['stdout', 'stderr']), text: z.string() });
const display = z.object({
  data: record,
  metadata: record.default({}),
  transient: z.object({ display_id: z.string().optional() }).default({}),
});
const result = z.object({ data: record, execution_count: z.number() });
const failure = z.object({ ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) });
const status = z.object({ execution_state: z.string() });
const reply = z.object({
  status: z.string(),
  execution_count: z.number().nullable().optional(),
});

/** Reads an output message of iopub; undefined for messages that are no output. */
export function readOutput({ header, content }: Message): KernelOutput | undefined {
  switch (header.msg_type) {
    case 'stream':
      return { type: 'stream', ...stream.parse(content) };
    case 'display_data':
    case 'update_display_data': {
      const { data, metadata, transient } = display.parse(content);
      return { type: header.msg_type, data, metadata, displayId: transient.display_id };
    }
    case 'execute_result': {
      const { data, execution_count } = result.parse(content);
      return { type: 'execute_result', data, executionCount: execution_count };
    }
    case 'error':
      return { type: 'error', ...failure.parse(content) };
    case 'clear_output':
      return { type: 'clear_output' };
    default:
      return undefined;
  }
}

/** "busy" or "idle" of a status message; undefined for other messages. */
export function readStatus({ header, content }: Message): string | undefined {
  return header.msg_type === 'status' ? status.parse(content).execution_state : undefined;
}

export interface Reply {
  readonly status: 'ok' | 'error';
  readonly executionCount: number | null;
}

/** Reads an execute_reply. */
export function readReply({ content }: Message): Reply {
  const { status: said, execution_count } = reply.parse(content);
  return { status: said === 'ok' ? 'ok' : 'error', executionCount: execution_count ?? null };
}
