import { createRequire } from 'node:module';

/*
 * The parts of tslab 1.0.22 and zeromq that this project reaches into. tslab has no public way to send several MIME
 * types at once, to report an error as an error, or to publish without loss; package.json therefore pins its version.
 */

export interface JupyterMessage {
  header: { msg_id: string; msg_type: string };
  content: object;
  createReply(): JupyterMessage;
  signAndSend(key: string, socket: unknown): void;
}

export interface DisplayMessage {
  readonly data: object;
  readonly metadata: object;
  readonly transient: object;
}
export type WriteStream = (name: 'stdout' | 'stderr', text: string) => void;
export type WriteDisplay = (message: DisplayMessage, update: boolean) => void;
export type StreamWriter = (
  chunk: string | Uint8Array,
  encoding?: string | (() => void),
  callback?: () => void,
) => boolean;

export interface ExecuteReply {
  status: 'ok' | 'error' | 'abort';
  execution_count?: number;
}

export interface Handler {
  execCount: number;
  handleExecute(request: object, stream: WriteStream, display: WriteDisplay): Promise<ExecuteReply>;
  handleExecuteImpl(request: { code: string }, stream: WriteStream, display: WriteDisplay): Promise<unknown>;
  createWriteToIopub(name: 'stdout' | 'stderr', stream: WriteStream): StreamWriter;
}

export interface Server {
  readonly handler: Handler;
  readonly connInfo: { readonly key: string };
  readonly iopub: unknown;
  init(): Promise<void>;
  close(): void;
  handleExecute(socket: unknown, request: JupyterMessage): Promise<void>;
  handleShellMessage(socket: unknown, ...frames: Buffer[]): Promise<void>;
}

/** What tslab's executor is given to report through: a thrown value, or a format and a diagnostic's parts. */
export interface ExecutorConsole {
  log(...args: unknown[]): void;
  error(...args: unknown[]): void;
}
export interface Executor {
  execute(source: string): Promise<boolean>;
  /** What cells have declared, by name. */
  readonly locals: object;
}
export type CreateExecutor = (rootDir: string, converters: unknown, console: ExecutorConsole) => Executor;

interface StartOptions {
  readonly configPath: string;
  readonly enableFindLocal: boolean;
  readonly jsKernel: boolean;
  readonly globalVersion: string;
}

type SocketClass = new (options?: object) => object;

export interface Tslab {
  readonly jupyter: {
    readonly JupyterHandlerImpl: { readonly prototype: Handler };
    readonly ZmqServer: { readonly prototype: Server };
  };
  readonly executor: { createExecutor: CreateExecutor };
  readonly main: { startKernel(options: StartOptions): void };
  readonly zeromq: { Publisher: SocketClass; Router: SocketClass };
}

/** Loads tslab's modules, and the copy of zeromq that tslab itself uses. */
export function loadTslab(): Tslab {
  const load = createRequire(createRequire(__filename).resolve('tslab/package.json'));
  return {
    jupyter: load('./dist/jupyter.js'),
    executor: load('./dist/executor.js'),
    main: load('./dist/main.js'),
    zeromq: load('zeromq'),
  };
}
