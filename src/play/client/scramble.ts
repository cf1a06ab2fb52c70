import { permutePixels } from '../../data/transforms.js';
import type { ScrambleFigure } from '../figures.js';
import { answer, scaled } from '../network.js';
import { inflated } from '../unpack.js';
import { Answers } from './answers.js';
import { Curve } from './curve.js';
import { Choice, element } from './dom.js';
import { ImagePicker } from './image-picker.js';
import { loadFigure } from './networks.js';
import { drawPicture, pictureCanvas } from './pictures.js';
import type { Place } from './place.js';
import { oneOf, Stage, whole } from './stage.js';

type State = { image: number; block: string };

/** Scramble an image inside blocks: who still knows what it is, and who learned it from scrambled images? */
export function mountScramble(figure: ScrambleFigure, place: Place): void {
  const { networks, images, orders, measured } = figure;
  const blocks = Object.keys(orders);
  const fields = { image: whole(0, images.labels.length, 0), block: oneOf(blocks, blocks[0]!) };
  const stage = new Stage<State>(
    place,
    fields,
    'Scramble it: blocks of pixels, and the answers of the networks',
  );
  const picker = new ImagePicker(images, (image) => stage.set({ image }));
  const choice = new Choice(
    'Scrambled inside blocks of',
    blocks.map((block) => [block, block === '1' ? 'not at all' : `${block} × ${block}`] as const),
    (block: string) => stage.set({ block }),
  );
  const [original, scrambled] = [pictureCanvas(), pictureCanvas()];
  const plain = networks.filter(({ block }) => block === undefined);
  const trained = networks.filter(({ block }) => block !== undefined);
  const answers = new Answers([...plain, ...trained.slice(0, 1)], images.classes);
  const note = element('p', { class: 'play-note' });
  const curve = new Curve({
    x: 'side of the blocks in pixels',
    scale: 'log',
    at: (x) => `on images scrambled in blocks of ${x}, trained on such images`,
  });
  place.live.append(
    picker.node,
    choice.node,
    element(
      'div',
      { class: 'play-columns' },
      element(
        'div',
        { class: 'play-hand' },
        element('div', { class: 'play-pair' }, original, scrambled),
        element('div', { class: 'play-buttons' }, stage.playButton),
        note,
      ),
      answers.node,
    ),
    curve.node,
  );
  stage.begin(
    async () => ({
      ...(await loadFigure(networks, images)),
      permutations: await loadOrders(orders),
    }),
    ({ nets, pictures, permutations }) => {
      picker.fill(pictures);
      return ({ image, block }) => {
        const { pixels, label } = picker.at(image);
        const moved = permutePixels(pixels, permutations.get(block)!);
        const learned = trained.find((network) => String(network.block) === block);
        const asked = [...plain, ...(trained.length > 0 ? [learned] : [])];
        const input = scaled(moved);
        const shown = asked.map((network) =>
          network ? answer(nets[networks.indexOf(network)]!, input) : null,
        );
        picker.show(image);
        choice.show(block);
        drawPicture(original, pixels);
        drawPicture(scrambled, moved);
        note.textContent = learned ? '' : noneTrained(block, trained.length > 0);
        curve.show(measured, Number(block));
        const how = block === '1' ? 'Not scrambled.' : `Scrambled inside blocks of ${block}.`;
        return `${how} ${answers.show(shown, label)}`;
      };
    },
    [...blocks.slice(1), blocks[Math.min(2, blocks.length - 1)]!].map((block) => ({ block })),
  );
}

const noneTrained = (block: string, some: boolean): string =>
  block !== '1' && some
    ? `None of these networks was trained on images scrambled in blocks of ${block}.`
    : '';

async function loadOrders(orders: ScrambleFigure['orders']): Promise<Map<string, Uint32Array>> {
  const entries = Object.entries(orders).map(async ([block, packed]) => {
    const { buffer } = Uint8Array.from(await inflated(packed));
    return [block, Uint32Array.from(new Uint16Array(buffer))] as const;
  });
  return new Map(await Promise.all(entries));
}
