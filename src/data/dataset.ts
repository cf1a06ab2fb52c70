/** Images and their labels, uint8 in memory: 3,072 bytes per image. */
export interface ImageSet {
  /** [count, 32, 32, 3], row-major, channels R, G, B last, values 0..255. */
  readonly images: Uint8Array;
  /** [count], values 0..9. */
  readonly labels: Uint8Array;
  /** Number of images. */
  readonly count: number;
}

/** CIFAR-10, a folder of one's own images, or one of the synthetic sets. */
export type DatasetName = 'cifar10' | 'images' | 'shapes' | 'position';

/** Images to train on and to test on, and where they are from. */
export interface Dataset {
  /** What kind of set it is. */
  readonly name: DatasetName;
  /** Names of the labels 0, 1, ...: ten, but of own images possibly fewer. */
  readonly classes: readonly string[];
  /** Of CIFAR-10 50,000, of which a run keeps some to validate. */
  readonly train: ImageSet;
  /** Of CIFAR-10 10,000. */
  readonly test: ImageSet;
  /** SHA-256 (hex) of the content, the same for an archive and for the folder it unpacks to. */
  readonly fingerprint: string;
  /** True only where published checksums have shown it to be the official CIFAR-10. */
  readonly official: boolean;
  /** By what that is known, or why it is not; absent for a synthetic set. */
  readonly officialBecause?: string;
  /** Where it came from, for people: a path, a URL, or "synthetic shapes, seed 0". */
  readonly source: string;
  /** The folder the images were read from; absent for a synthetic set. */
  readonly folder?: string;
  /** What a reader of the results must know, such as why the synthetic set stands in. */
  readonly note?: string;
}

/** Height and width of an image in pixels, and its channels. */
export const IMAGE_SIDE = 32;
/** Red, green, blue. */
export const IMAGE_CHANNELS = 3;
/** Positions of an image: 1,024. */
export const IMAGE_PIXELS: number = IMAGE_SIDE * IMAGE_SIDE;
/** Bytes of one image, 3,072. */
export const IMAGE_BYTES: number = IMAGE_PIXELS * IMAGE_CHANNELS;
/** Classes of CIFAR-10; a set of own images may have fewer. */
export const CLASS_COUNT = 10;
