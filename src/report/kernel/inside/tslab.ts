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

/** A piece of documentation; the kinds that matter here are "link", "linkName" and "linkText". */
export interface TslabDocPart {
  readonly text: string;
  readonly kind: string;
}
/** TypeScript's answer about a name. */
export interface QuickInfo {
  readonly displayParts?: readonly TslabDocPart[];
  readonly documentation?: readonly TslabDocPart[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly TslabDocPart[] }[];
}
export interface CompletionEntry {
  readonly name: string;
  readonly kind: string;
}
/** Where the cursor stands in a cell, in characters. */
interface CursorRequest {
  readonly code: string;
  readonly cursor_pos: number;
}

export interface Handler {
  execCount: number;
  /** Runs cells one after the other; after a failure it refuses those that wait, and all that come until it is reset. */
  readonly execQueue: { reset(delay?: number): void };
  readonly executor: Executor;
  handleInspect(request: CursorRequest): object;
  handleComplete(request: CursorRequest): object;
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
  interrupt(): void;
  /** Positions count UTF-16 units. */
  inspect(source: string, position: number): QuickInfo | undefined;
  complete(
    source: string,
    position: number,
  ): {
    readonly start: number;
    readonly end: number;
    readonly candidates: readonly string[];
    readonly original?: { readonly entries: readonly CompletionEntry[] };
  };
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

export interface ModuleResolution {
  readonly resolvedModule?: object | undefined;
}
interface CompilerHost {
  resolveModuleNameLiterals?: (
    names: readonly { readonly text: string }[],
    file: string,
    redirected: unknown,
    options: object,
  ) => ModuleResolution[];
  /** Whether the imports of a file are to be resolved again, though it is the same. */
  hasInvalidatedResolutions?: (path: string) => boolean;
}
/** tslab's own copy of TypeScript 5.0. */
export interface TypeScript {
  createWatchCompilerHost: (...args: unknown[]) => CompilerHost;
  resolveModuleName(name: string, file: string, options: object, host: CompilerHost): ModuleResolution;
  readonly ModuleResolutionKind: { readonly Bundler: number };
}

interface Socket {
  readonly closed: boolean;
  send(frames: unknown): Promise<void>;
}
export type SocketClass = new (options?: object) => Socket;

export interface Tslab {
  readonly jupyter: {
    readonly JupyterHandlerImpl: { readonly prototype: Handler };
    readonly ZmqServer: { readonly prototype: Server };
  };
  readonly executor: { createExecutor: CreateExecutor };
  readonly typescript: TypeScript;
  readonly main: { startKernel(options: StartOptions): void };
  readonly zeromq: { Publisher: SocketClass; Router: SocketClass };
}

/** Loads tslab's modules, and the copy of zeromq that tslab itself uses. */
export function loadTslab(): Tslab {
  const load = createRequire(createRequire(__filename).resolve('tslab/package.json'));
  const typescript = loadPatchable<TypeScript>(load, '@tslab/typescript-for-tslab');
  return {
    jupyter: load('./dist/jupyter.js'),
    executor: load('./dist/executor.js'),
    typescript,
    main: load('./dist/main.js'),
    zeromq: load('zeromq'),
  };
}

/** Loads a module whose exports are read-only so that all who load it later get the same copy, which is not. */
function loadPatchable<T extends object>(load: NodeJS.Require, id: string): T {
  const copy: T = { ...load(id) };
  load.cache[load.resolve(id)]!.exports = copy;
  return copy;
}
