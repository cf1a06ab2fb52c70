import type { ModelSpec } from '../models/spec.js';
import type { PackedNetwork } from './unpack.js';

/** What a reader can move: everything a figure needs in the browser, as JSON. */
export type PlayFigure = MoveFigure | ScrambleFigure | TurnFigure | ReachFigure | GuessFigure;

export const PLAY_KINDS = ['move', 'scramble', 'turn', 'reach', 'guess'] as const;
/** The names of the figures. */
export type PlayKind = PlayFigure['kind'];

/** Under the gesture: accuracies that the study measured, one line a network. */
export interface MeasuredCurve {
  /** Of the network. */
  readonly name: string;
  /** Name of a color of the palette: "model-small". */
  readonly color: string;
  /** From left to right; accuracies are 0 to 1. */
  readonly points: readonly { readonly x: number; readonly accuracy: number }[];
}

/** A trained network of the study. */
export interface PlayedNetwork {
  /** Of its run: a page holds it once, however many figures show it. */
  readonly key: string;
  /** As charts name it: "LCN, low rate". */
  readonly name: string;
  /** Name of a color of the palette. */
  readonly color: string;
  /** The architecture. */
  readonly spec: ModelSpec;
  /** Numbers to learn, in all layers. */
  readonly parameters: number;
  /** Side of the blocks in which the pixels of its training images were scrambled; absent: not at all. */
  readonly block?: number;
  /** Absent where the page holds it apart from the figure. */
  readonly packed?: PackedNetwork;
}

/** Test images of the study. */
export interface PlayedImages {
  /** Names of the labels 0, 1, ... */
  readonly classes: readonly string[];
  /** Bytes [n, 32, 32, 3], as `deflated` gives them. */
  readonly pixels: string;
  /** The true class of each. */
  readonly labels: readonly number[];
  /** Positions in the test set. */
  readonly indices: readonly number[];
}

/** What most figures are of. */
export interface ShownNetworks {
  /** Side by side, in this order. */
  readonly networks: readonly PlayedNetwork[];
  /** To choose from. */
  readonly images: PlayedImages;
}

/** An image to drag, and what the networks and their feature maps make of it. */
export interface MoveFigure extends ShownNetworks {
  /** Which figure it is. */
  readonly kind: 'move';
  /** By the pixels uncovered: black, or wrapped around. x is the shift in pixels. */
  readonly measured: Readonly<Record<'zero' | 'wrap', readonly MeasuredCurve[]>>;
}

/** An image whose pixels change places inside blocks. */
export interface ScrambleFigure extends ShownNetworks {
  /** Which figure it is. */
  readonly kind: 'scramble';
  /** By the side of the blocks: the order of an image's pixels, 1,024 numbers of 16 bits, as `deflated` gives them. */
  readonly orders: Readonly<Record<string, string>>;
  /** Of networks trained on images scrambled alike. x is the side of the blocks. */
  readonly measured: readonly MeasuredCurve[];
}

/** Networks whose first layer with weights is a convolution, locally connected, or dense. */
export interface TurnFigure extends ShownNetworks {
  /** Which figure it is. */
  readonly kind: 'turn';
}

/** One network with places, or several with the same layers, and a flat one. */
export interface ReachFigure extends ShownNetworks {
  /** Which figure it is. */
  readonly kind: 'reach';
}

/** A learning curve to be guessed. */
export interface GuessFigure {
  /** Which figure it is. */
  readonly kind: 'guess';
  /** None answers. */
  readonly networks: readonly [];
  /** The network whose curve is guessed. */
  readonly name: string;
  /** x is the number of training images. */
  readonly measured: readonly MeasuredCurve[];
}
