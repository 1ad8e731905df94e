import type { Segment } from './terminal-line.ts';
import { type Color, isPlain, type TextStyle } from './text-style.ts';

const address = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}]/g;

/**
 * Fills an element with a line's text: nodes of text, never markup, so that output stays what it is. `search` marks its
 * matches; it has the flag `g`.
 */
export function fillText(target: HTMLElement, segments: readonly Segment[], search?: RegExp): void {
  const text = segments.map((segment) => segment.text).join('');
  const cuts = [...linksIn(text, segments), ...matchesIn(text, search)];
  if (cuts.length === 0 && segments.length <= 1 && (segments.length === 0 || isPlain(segments[0]!.style))) {
    target.textContent = text;
    return;
  }
  target.replaceChildren();
  let at = 0;
  for (const { text: part, style } of segments) {
    const end = at + part.length;
    const borders = new Set([at, end]);
    for (const { from, to } of cuts) {
      if (from > at && from < end) borders.add(from);
      if (to > at && to < end) borders.add(to);
    }
    const sorted = [...borders].sort((a, b) => a - b);
    for (let index = 0; index + 1 < sorted.length; index++) {
      const from = sorted[index]!;
      const covering = cuts.filter((cut) => cut.from <= from && from < cut.to);
      target.append(pieceOf(text.slice(from, sorted[index + 1]), style, covering));
    }
    at = end;
  }
}

interface Cut {
  from: number;
  to: number;
  link?: string;
}

function pieceOf(text: string, style: TextStyle, cuts: readonly Cut[]): Node {
  const link = cuts.find((cut) => cut.link !== undefined)?.link;
  const marked = cuts.some((cut) => cut.link === undefined);
  if (link === undefined && !marked && isPlain(style)) return document.createTextNode(text);
  const element = document.createElement(link !== undefined ? 'a' : marked ? 'mark' : 'span');
  if (element instanceof HTMLAnchorElement) {
    element.href = link!;
    element.target = '_blank';
    element.rel = 'noopener noreferrer nofollow';
    if (marked) element.classList.add('marked');
  }
  element.textContent = text;
  applyStyle(element, style);
  return element;
}

function linksIn(text: string, segments: readonly Segment[]): Cut[] {
  const links: Cut[] = [];
  let at = 0;
  for (const { text: part, link } of segments) {
    if (link !== undefined) links.push({ from: at, to: at + part.length, link });
    at += part.length;
  }
  if (!text.includes('://')) return links;
  const given = [...links];
  for (const { index: from, 0: link } of text.matchAll(address)) {
    const to = from + link.length;
    if (!given.some((one) => one.from < to && from < one.to)) links.push({ from, to, link });
  }
  return links;
}

function matchesIn(text: string, search: RegExp | undefined): Cut[] {
  if (!search) return [];
  const matches: Cut[] = [];
  for (const { index, 0: found } of text.matchAll(search))
    if (found !== '') matches.push({ from: index, to: index + found.length });
  return matches;
}

const flags = ['bold', 'faint', 'italic', 'underline', 'strike', 'conceal'] as const;

function applyStyle(element: HTMLElement, style: TextStyle): void {
  for (const flag of flags) if (style[flag]) element.classList.add(`sgr-${flag}`);
  const { foreground, background, inverse } = style;
  if (inverse) {
    element.classList.add('sgr-inverse');
    if (background !== undefined) paint(element, 'foreground', background);
    if (foreground !== undefined) paint(element, 'solid', foreground);
    return;
  }
  if (foreground !== undefined) paint(element, 'foreground', foreground);
  if (background === undefined) return;
  paint(element, 'background', background);
  if (typeof background === 'object' && foreground === undefined)
    element.classList.add(isBright(background) ? 'sgr-on-bright' : 'sgr-on-dark');
}

/** The 16 colours are the theme's; others are set through the object model, which the Content-Security-Policy allows. */
function paint(element: HTMLElement, what: 'foreground' | 'background' | 'solid', color: Color): void {
  if (typeof color === 'number') {
    element.classList.add(`sgr-${what}-${what === 'background' ? color % 8 : color}`);
    return;
  }
  element.classList.add(`sgr-${what}`);
  element.style.setProperty(`--sgr-${what}`, `rgb(${color.join(' ')})`);
}

function isBright([red, green, blue]: readonly [number, number, number]): boolean {
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140;
}
