import type { Page } from 'playwright-core';
import { PATIENCE, until } from './lab.js';

/** How long a page may take to answer, in seconds: it takes milliseconds unless it hangs. */
const ANSWER = 10;
/** How long a cell may take, in seconds: those that train take the longest. */
const CELL = 300;

/** What JupyterLab's own application offers to a page that exposes it; only what is used here. */
interface Application {
  readonly shell: { readonly currentWidget: Panel | null };
}
interface Panel {
  readonly context: { readonly path: string };
  readonly sessionContext: {
    readonly kernelDisplayStatus: string;
    readonly session: { readonly kernel: Kernel | null } | null;
  };
  readonly content: {
    readonly widgets: readonly Cell[];
    readonly node: HTMLElement;
    activeCellIndex: number;
    mode: 'command' | 'edit';
  };
}
interface Kernel {
  readonly id: string;
  readonly status: string;
  readonly connectionStatus: string;
}
interface Cell {
  readonly model: {
    readonly type: string;
    readonly executionCount: number | null;
    readonly executionState: string;
    readonly sharedModel: { getSource(): string; setSource(source: string): void };
    readonly outputs: { toJSON(): LabOutput[] };
  };
}

/** An output as the notebook's file holds it. */
export interface LabOutput {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly ename?: string;
  readonly evalue?: string;
}

declare const jupyterapp: Application;

/** A notebook that is open in JupyterLab, driven as its reader drives it. */
export class LabNotebook {
  /** Exceptions in the page that nothing caught. */
  readonly pageErrors: string[] = [];

  constructor(
    readonly page: Page,
    private readonly endKernel: (id: string) => Promise<unknown>,
  ) {
    page.on('pageerror', (error) => this.pageErrors.push(String(error)));
    page.on('crash', () => this.pageErrors.push('the page crashed'));
  }

  /** Waits until the notebook is shown and its kernel is idle. @throws Error which says what is there instead */
  async ready(name: string): Promise<void> {
    const idle = this.page.waitForFunction(
      (path) => {
        const panel = typeof jupyterapp === 'undefined' ? null : jupyterapp.shell.currentWidget;
        if (panel?.context?.path !== path) return false;
        return panel.sessionContext.session?.kernel?.status === 'idle';
      },
      name,
      { timeout: 1000 * PATIENCE, polling: 100 },
    );
    await idle.catch(async (cause: Error) => {
      const state = await this.#state().catch(String);
      throw new Error(`${name} is not ready after ${PATIENCE} s: ${JSON.stringify(state)}`, { cause });
    });
  }

  /** What the page shows, and how its kernel is; little of it while JupyterLab starts. */
  #state(): Promise<Readonly<Record<string, unknown>>> {
    return this.answer(() =>
      this.page.evaluate(() => {
        const panel = typeof jupyterapp === 'undefined' ? null : jupyterapp.shell.currentWidget;
        const kernel = panel?.sessionContext?.session?.kernel;
        return {
          address: location.pathname,
          page: document.readyState,
          path: panel?.context?.path,
          kernel: kernel?.status,
          connection: kernel?.connectionStatus,
          shown: panel?.sessionContext?.kernelDisplayStatus,
          dialogs: [...document.querySelectorAll('.jp-Dialog, .Toastify__toast')].map(
            (node) => node.textContent,
          ),
        };
      }),
    );
  }

  cells(): Promise<{ type: string; source: string }[]> {
    return this.page.evaluate(() =>
      jupyterapp.shell.currentWidget!.content.widgets.map(({ model }) => ({
        type: model.type,
        source: model.sharedModel.getSource(),
      })),
    );
  }

  async setSource(index: number, source: string): Promise<void> {
    await this.page.evaluate(
      ([at, text]) => jupyterapp.shell.currentWidget!.content.widgets[at]!.model.sharedModel.setSource(text),
      [index, source] as const,
    );
  }

  /** Runs a cell with Shift+Enter and waits for its end, asking the page all the while whether it still answers. */
  async run(index: number): Promise<LabOutput[]> {
    const before = await this.begin(index);
    await until(`the end of cell ${index}`, async () => this.hasEnded(index, before), CELL);
    return this.outputs(index);
  }

  /** Presses Shift+Enter in a cell; answers the number of its last execution, for {@link hasEnded}. */
  begin(index: number): Promise<number | null> {
    return this.answer(() => this.#begin(index));
  }

  async #begin(index: number): Promise<number | null> {
    const before = await this.page.evaluate((at) => {
      const { content } = jupyterapp.shell.currentWidget!;
      content.activeCellIndex = at;
      content.mode = 'command';
      content.node.focus();
      return content.widgets[at]!.model.executionCount;
    }, index);
    await this.page.keyboard.press('Shift+Enter');
    return before;
  }

  hasEnded(index: number, before: number | null): Promise<boolean> {
    return this.answer(() =>
      this.page.evaluate(
        ([at, last]) => {
          const { executionCount, executionState } =
            jupyterapp.shell.currentWidget!.content.widgets[at]!.model;
          return executionState === 'idle' && executionCount !== null && executionCount !== last;
        },
        [index, before] as const,
      ),
    );
  }

  outputs(index: number): Promise<LabOutput[]> {
    return this.answer(() =>
      this.page.evaluate(
        (at) => jupyterapp.shell.currentWidget!.content.widgets[at]!.model.outputs.toJSON(),
        index,
      ),
    );
  }

  /** Clicks a button of the notebook's toolbar by the command it runs. */
  async click(command: string): Promise<void> {
    await this.page.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`).click();
  }

  /** Closes the window and ends its kernel. */
  async close(): Promise<void> {
    const id = await this.kernelId();
    await this.page.close();
    await this.endKernel(id);
  }

  kernelId(): Promise<string> {
    return this.page.evaluate(() => jupyterapp.shell.currentWidget!.sessionContext.session!.kernel!.id);
  }

  /** Asks the page something. @throws Error where it hangs */
  async answer<T>(ask: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the page does not answer within ${ANSWER} s`)),
        ANSWER * 1000,
      );
    });
    try {
      return await Promise.race([ask(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
