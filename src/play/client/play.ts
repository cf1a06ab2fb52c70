/*! Contains d3-scale, d3-shape, d3-drag, d3-selection and what they need (copyright Mike Bostock, ISC). */
/** Brings the figures on the page that a reader can move to life; without it their stills stand there. */
import { mount } from './mount.js';

for (const root of document.querySelectorAll<HTMLElement>('.play:not([data-state])')) mount(root);
