import type { PlayedImages, PlayedNetwork } from '../figures.js';
import type { Network } from '../network.js';
import { inflated, type PackedNetwork, unpack } from '../unpack.js';

const loaded = new Map<string, Promise<Network>>();

/** The networks of a figure: each is unpacked once, when the first figure that shows it nears the window. */
const loadNetworks = (networks: readonly PlayedNetwork[]): Promise<Network[]> =>
  Promise.all(
    networks.map((network) => {
      const known = loaded.get(network.key) ?? unpack(packedOf(network));
      loaded.set(network.key, known);
      return known;
    }),
  );

/** What a figure loads before it can answer. */
export const loadFigure = async (networks: readonly PlayedNetwork[], images: PlayedImages) => ({
  nets: await loadNetworks(networks),
  pictures: await loadImages(images),
});

function packedOf({ key, packed, name }: PlayedNetwork): PackedNetwork {
  if (packed) return packed;
  for (const script of document.querySelectorAll<HTMLElement>('script.play-network'))
    if (script.dataset.key === key) return JSON.parse(script.textContent) as PackedNetwork;
  throw new Error(`the page does not hold the weights of ${name}`);
}

/** The images [32, 32, 3] of a figure, one array each. */
async function loadImages({ pixels, labels }: PlayedImages): Promise<Uint8Array[]> {
  const bytes = await inflated(pixels);
  const size = bytes.length / labels.length;
  return labels.map((_, i) => bytes.subarray(i * size, (i + 1) * size));
}
