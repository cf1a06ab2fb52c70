/** Bytes of one write: in the loop's turns under load, which are tens of milliseconds, all that was said since the last. */
const WRITE = 1 << 20;
/** Bytes that may wait for a reader that does not keep up; what is more is dropped. */
const WAITING = 16 << 20;

/** What lines of a log are written to. */
export interface LogStream {
  write(line: string): void;
}

/**
 * Writes a log beside the work. Pino's own default takes 16 kB a turn of the event loop: where a turn brings more, as thousands
 * of refusals a second do, what waits would grow without end; and where nobody reads, any log would.
 *
 * @param descriptor of the file or pipe; default: stdout
 */
export async function logStream(descriptor = 1): Promise<LogStream> {
  const { destination } = await import('pino');
  return destination({ dest: descriptor, sync: false, maxWrite: WRITE, maxLength: WAITING });
}
