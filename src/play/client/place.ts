/** Where a figure lives. */
export interface Place {
  readonly live: HTMLElement;
  /** What the page's address calls it; undefined where the address is not the figure's to change. */
  readonly address: string | undefined;
  readonly fail: (error: unknown) => void;
}
