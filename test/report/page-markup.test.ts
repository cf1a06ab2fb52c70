import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentSecurityPolicy, inlineText } from '../../src/report/page/csp.js';
import { pictureHtml } from '../../src/report/page/pictures.js';
import { sanitizeMarkup } from '../../src/report/page/sanitize.js';
import { ATTACKS } from './fixtures/attacks.js';
import { picture } from './fixtures/report.js';

test('sanitized markup keeps nothing that could run, load or restyle', () => {
  for (const attack of ATTACKS) {
    const safe = sanitizeMarkup(attack, 's');
    const text = safe.replace(/<[a-z][^<>]*>/gi, (tag) =>
      tag.replace(/"[^"]*"/g, (value) => value.replace(/=/g, '')),
    );
    assert.doesNotMatch(
      text,
      /<(?:script|style|iframe|object|embed|foreignobject|animate|set|form|input|link|meta|base)/i,
      attack,
    );
    assert.doesNotMatch(text, /<[^>]*\son\w+=/i, attack);
    assert.doesNotMatch(safe, /(?:href|src)="\s*(?:javascript|data:text|vbscript|file)/i, attack);
    assert.doesNotMatch(safe, /url\((?!#s-)/i, attack);
  }
});

test('harmless HTML is kept', () => {
  const html =
    '<h2>t</h2><p>a <b>b</b> <a href="https://example.org">c</a></p><table><tr><td style="text-align:right">1</td></tr></table>';
  assert.equal(
    sanitizeMarkup(html, 's'),
    't<p>a <b>b</b> <a href="https://example.org" rel="noopener noreferrer">c</a></p>' +
      '<div class="table-wrap"><table><tr><td style="text-align:right">1</td></tr></table></div>',
  );
});

test('looks are kept, positions and resources are not', () => {
  const styled = (style: string) =>
    sanitizeMarkup(`<p style="${style}">x</p>`, 's').match(/style="([^"]*)"/)?.[1];
  const kept = [
    'color:#c00;background-color:rgb(255, 250, 200);border:1px solid red;padding:4px 8px',
    "font-family:'Courier New', monospace;font-size:12px;width:50%",
    'fill:#1f77b4;stroke-width:1.5',
  ];
  for (const style of kept) assert.equal(styled(style), style);
  const refused = [
    'position:fixed',
    'z-index:9',
    'background:red',
    'background-color:url(https://evil.example/a)',
    'color:var(--ink)',
    'margin-top:-900px',
    'content:"x"',
    'color:\\75rl(x)',
    'width:image-set(x)',
  ];
  for (const style of refused) assert.equal(styled(style), undefined, style);
});

test('drawings keep their shapes and colors, and their ids get the scope', () => {
  const svg =
    '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>' +
    '<rect width="5" height="5" fill="url(#g)" stroke="var(--diagram-line, #ccc)"/><use xlink:href="#g"/><text x="1">url(http://x) is text</text></svg>';
  const safe = sanitizeMarkup(svg, 'd1');
  assert.match(safe, /viewbox="0 0 10 10"/i);
  assert.match(
    safe,
    /<lineargradient id="d1-g"><stop offset="0" stop-color="red"><\/stop><\/lineargradient>/i,
  );
  assert.match(safe, /fill="url\(#d1-g\)" stroke="var\(--diagram-line, #ccc\)"/);
  assert.match(safe, /<use href="#d1-g">/);
  assert.match(safe, />url\(http:\/\/x\) is text</);
});

test('pictures carry their size, enlarged small ones stay sharp, and other data is refused', () => {
  const png = picture(32, 16);
  assert.match(
    pictureHtml('image/png', png, 'a "b"', {}),
    /^<img src="data:image\/png;base64,[^"]+" alt="a &quot;b&quot;" width="32" height="16">$/,
  );
  assert.match(
    pictureHtml('image/png', png, '', { width: 320 }),
    / width="320" height="160" class="pixelated">$/,
  );
  assert.match(pictureHtml('image/jpeg', '/9j/4AAQ', 'x'), /alt="x">$/);
  assert.throws(() => pictureHtml('image/png', '"><script>', ''), /not base64/);
  assert.throws(() => pictureHtml('image/png', { a: 1 }, ''), /not base64/);
});

test('the policy forbids everything but the hashed texts and inline pictures', () => {
  // printf 'x' | openssl dgst -sha256 -binary | base64
  const hash = "'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='";
  const policy = contentSecurityPolicy(['x'], ['x']);
  assert.match(policy, /^default-src 'none'; /);
  assert.ok(policy.includes(`script-src ${hash}; style-src ${hash};`), policy);
  assert.doesNotMatch(policy, /unsafe-eval|https?:|\*/);
  assert.match(contentSecurityPolicy([], []), /script-src 'none'/);
});

test('text that would end its element is refused', () => {
  for (const text of ['a</script >', 'a</STYLE>', '<!-- a', '<script>']) {
    assert.throws(() => inlineText(text), /end the element/);
  }
  assert.equal(inlineText('a\r\nb\rc'), 'a\nb\nc');
});
