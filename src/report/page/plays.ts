import { z } from 'zod';
import { PLAY_KINDS } from '../../play/index.js';
import { scriptJson } from './html.js';

/** What is shared or decides how a figure is mounted; the rest is read by the figure's own script, which only draws it. */
const playSchema = z.looseObject({
  kind: z.enum(PLAY_KINDS),
  networks: z.array(z.looseObject({ key: z.string().regex(/^[0-9a-f]{1,64}$/), packed: z.unknown() })),
});

/** The figures of one page that a reader moves, and the networks they share: a page holds each once. */
export class Plays {
  #count = 0;
  readonly #networks = new Map<string, unknown>();

  get count(): number {
    return this.#count;
  }

  /**
   * @param still markup of the drawing that stands for the figure without scripts and in print
   * @throws Error where the value is not a figure to move
   */
  render(value: unknown, still: string): string {
    const parsed = playSchema.safeParse(value);
    if (!parsed.success) throw new Error('it is not a figure that the report can bring to life');
    const { networks, ...rest } = parsed.data;
    const referring = networks.map(({ packed, ...network }) => {
      this.#networks.set(network.key, packed);
      return network;
    });
    const name = `${rest.kind}${++this.#count}`;
    return (
      `<div class="play" data-address="${name}"><div class="play-still">${still}</div>` +
      `<script type="application/json" class="play-data">${scriptJson({ ...rest, networks: referring })}</script></div>`
    );
  }

  /** The weights, to be put after all figures. */
  sharedBlocks(): string {
    return [...this.#networks]
      .map(
        ([key, packed]) =>
          `<script type="application/json" class="play-network" data-key="${key}">${scriptJson(packed)}</script>`,
      )
      .join('\n');
  }
}
