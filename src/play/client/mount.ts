import type { PlayFigure } from '../figures.js';
import { mountGuess } from './guess.js';
import { mountMove } from './move.js';
import type { Place } from './place.js';
import { mountReach } from './reach.js';
import { mountScramble } from './scramble.js';
import { mountTurn } from './turn.js';

/** Puts a figure next to its still, which is then shown in print only; where that fails, the still stays. */
export function mount(root: HTMLElement): void {
  const live = document.createElement('div');
  live.className = 'play-live';
  root.append(live);
  const fail = (error: unknown) => {
    live.remove();
    root.dataset.state = 'failed';
    console.warn('A figure stays a still picture:', error);
  };
  try {
    const figure = JSON.parse(root.querySelector('.play-data')?.textContent ?? '') as PlayFigure;
    root.dataset.state = 'live';
    mountKind(figure, { live, address: root.dataset.address, fail });
  } catch (error) {
    fail(error);
  }
}

function mountKind(figure: PlayFigure, place: Place): void {
  switch (figure.kind) {
    case 'move':
      mountMove(figure, place);
      break;
    case 'scramble':
      mountScramble(figure, place);
      break;
    case 'turn':
      mountTurn(figure, place);
      break;
    case 'reach':
      mountReach(figure, place);
      break;
    case 'guess':
      mountGuess(figure, place);
      break;
  }
}
