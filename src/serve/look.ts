/** What the page shows of an image. */
export interface Look {
  readonly classes: readonly string[];
  /** The network that is served first, then those beside it; probabilities of each class. */
  readonly networks: readonly {
    readonly name: string;
    readonly parameters: number;
    readonly probabilities: readonly number[];
  }[];
  /** What the networks saw: 32 x 32 x 3 bytes, base64. */
  readonly seen: string;
  /** What is lost of the first network's best class where a square of the image is covered, [side, side]. */
  readonly lost: { readonly side: number; readonly values: readonly number[] };
}
