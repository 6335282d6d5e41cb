// What the scanner is measured against: the same detectors as a competent person would write them in JavaScript.
//
// Each detector's pattern becomes one RegExp with the flag `g`, the boundaries of keys around it. Three programs run them:
//   all     every RegExp over the whole text; also what a first scan has to compile
//   gated   as gitleaks and its like do it: the text is lower-cased once, each distinct keyword (what a pattern must begin
//           with, or the names that a bare shape needs beside it) is looked for once with String.includes, and a RegExp
//           runs over the whole text only where one of its keywords is there
//   joined  the same, but the keywords are looked for all at once by one alternation
// Entropy, checksums, placeholders and spans of encoded keys, which the scanner has, they do not have: in their favour.

/**
 * @typedef {object} Detector as `benches/speed.rs` prints it, from the files
 * @property {string} id
 * @property {string} pattern
 * @property {string[]} names
 * @property {string} verify `assignment` and `pem` are no pattern in the scanner; here they are one
 * @property {string[]} examples
 */

/** Characters between which a key neither begins nor ends. */
const KEY = 'A-Za-z0-9_-';
/** A keyword shorter than this would be in every text. */
const KEYWORD_CHARACTERS = 3;
/** Longer keywords are not found faster, and alternations would multiply. */
const KEYWORD_MOST = 10;
/** How far before a bare shape its name may stand. */
const NAME_CHARACTERS = 48;

/**
 * The source text of a script that defines `regexps`, an object with `all`, `gated` and `joined`: functions from a text to
 * the number of keys in it. It is text and not a module so that browsers and node evaluate it afresh, without a cache.
 * @param {Detector[]} detectors
 * @returns {{ script: string, keywords: number, regexps: number }}
 */
export function baseline(detectors) {
  /** @type {Map<string, number>} */
  const keywords = new Map();
  const lines = detectors.map(({ id, pattern, names, verify }) => {
    const tree = parse(pattern);
    const own = new Set(names.map((name) => name.toLowerCase()));
    if (own.size === 0) for (const prefix of keywordsOf(tree)) own.add(prefix);
    for (const keyword of own) if (!keywords.has(keyword)) keywords.set(keyword, keywords.size);
    const gates = [...own].map((keyword) => keywords.get(keyword));
    const near = names.map((name) => name.toLowerCase());
    const source = special(verify, names) ?? `(?<![${KEY}])(?:${print(tree, false)})`;
    return `{ id: ${JSON.stringify(id)}, gates: [${gates}], near: ${JSON.stringify(verify === 'assignment' ? [] : near)}, pattern: /${source}(?![${KEY}])/${verify === 'assignment' ? 'gi' : 'g'} },`;
  });
  // Longest first, or the alternation would stop at the shorter of two that begin alike.
  const joined = [...keywords.keys()].sort((a, b) => b.length - a.length).map((keyword) => keyword.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const script = `"use strict";
var regexps = (() => {
const detectors = [
${lines.join('\n')}
];
const keywords = ${JSON.stringify([...keywords.keys()])};
const numbers = new Map(keywords.map((keyword, number) => [keyword, number]));
const any = /${joined.join('|')}/g;
// A keyword that is another's beginning has to be seen where only the longer one is matched.
const within = keywords.map((keyword) => keywords.flatMap((other, number) => (keyword.includes(other) ? [number] : [])));
function run(detector, text, lower) {
  const { pattern, near } = detector;
  pattern.lastIndex = 0;
  let found = 0;
  for (let match; (match = pattern.exec(text)); ) {
    if (match[0].length === 0) { pattern.lastIndex += 1; continue; }
    if (near.length > 0) {
      const before = lower.slice(Math.max(0, match.index - ${NAME_CHARACTERS}), match.index);
      if (!near.some((name) => before.includes(name))) continue;
    }
    found += 1;
  }
  return found;
}
function after(present, text, lower) {
  let found = 0;
  for (const detector of detectors) if (detector.gates.length === 0 || detector.gates.some((gate) => present[gate])) found += run(detector, text, lower);
  return found;
}
return {
  all(text) {
    const lower = text.toLowerCase();
    let found = 0;
    for (const detector of detectors) found += run(detector, text, lower);
    return found;
  },
  gated(text) {
    const lower = text.toLowerCase();
    return after(keywords.map((keyword) => lower.includes(keyword)), text, lower);
  },
  joined(text) {
    const lower = text.toLowerCase();
    const present = new Array(keywords.length).fill(false);
    any.lastIndex = 0;
    for (let match; (match = any.exec(lower)); ) for (const number of within[numbers.get(match[0])]) present[number] = true;
    return after(present, text, lower);
  },
};
})();
`;
  return { script, keywords: keywords.size, regexps: lines.length };
}

/**
 * What the scanner has code for, as the rules of other tools write it.
 * @param {string} verify
 * @param {string[]} names
 */
function special(verify, names) {
  if (verify === 'pem') return '-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[^-]{16,8192}-----END';
  if (verify !== 'assignment') return undefined;
  const any = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return `(?:${any})[\\w.-]{0,20}["'\`\\]]{0,2}[ \\t]{0,3}(?:=>|:=|[=:>(,])[ \\t]{0,3}(?:Bearer |Basic )?["'\`]?[!-&*-~]{8,255}`;
}

/**
 * A pattern taken apart.
 * @typedef {{ kind: 'set', text: string, characters: string[] | undefined, fold: boolean }
 *   | { kind: 'repeat', of: Tree, quantifier: string, optional: boolean, once: boolean }
 *   | { kind: 'sequence', parts: Tree[] }
 *   | { kind: 'choice', parts: Tree[] }} Tree
 * a `set` is one character out of some: its `text` in JavaScript, and the characters where they are few
 */

/** @param {string} pattern the subset of docs/architecture.md @returns {Tree} */
export function parse(pattern) {
  let at = 0;
  /** @param {boolean} fold @returns {Tree} */
  function choice(fold) {
    const parts = [sequence(fold)];
    while (pattern[at] === '|') {
      at += 1;
      parts.push(sequence(fold));
    }
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }
  /** @param {boolean} fold @returns {Tree} */
  function sequence(fold) {
    /** @type {Tree[]} */
    const parts = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      if (pattern.startsWith('(?i)', at)) {
        at += 4;
        fold = true;
        continue;
      }
      const part = atom(fold);
      const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(at))?.[0];
      if (quantifier === undefined) {
        parts.push(part);
        continue;
      }
      at += quantifier.length;
      const optional = /^(?:[?*]|\{0)/.test(quantifier);
      parts.push({ kind: 'repeat', of: part, quantifier, optional, once: quantifier === '?' });
    }
    return { kind: 'sequence', parts };
  }
  /** @param {boolean} fold @returns {Tree} */
  function atom(fold) {
    const open = /^\((\?:|\?i:)?/.exec(pattern.slice(at));
    if (open) {
      at += open[0].length;
      const inside = choice(fold || open[1] === '?i:');
      if (pattern[at] !== ')') throw new Error(`${pattern}: a group does not end`);
      at += 1;
      return inside;
    }
    if (pattern[at] === '[') return bracket(fold);
    const literal = /^(?:\\x[0-9A-Fa-f]{2}|\\.|[^\\])/s.exec(pattern.slice(at))?.[0] ?? '';
    at += literal.length;
    return set(literal, fold);
  }
  /** @param {boolean} fold @returns {Tree} */
  function bracket(fold) {
    const end = /^\[\^?\]?(?:\\.|[^\]\\])*\]/s.exec(pattern.slice(at));
    if (!end) throw new Error(`${pattern}: a class does not end`);
    at += end[0].length;
    // JavaScript without the flag `v` takes an unescaped [ in a class as it is.
    return set(end[0], fold);
  }
  const tree = choice(false);
  if (at < pattern.length) throw new Error(`${pattern}: stops at ${at}`);
  return tree;
}

/** @param {string} text one character, escape or class @param {boolean} fold @returns {Tree} */
function set(text, fold) {
  const pattern = new RegExp(`^${text}$`, fold ? 'is' : 's');
  const characters = [];
  for (let code = 0; code < 128; code++) if (pattern.test(String.fromCharCode(code))) characters.push(String.fromCharCode(code));
  return { kind: 'set', text, characters: characters.length <= 4 ? characters : undefined, fold };
}

/**
 * The pattern as JavaScript. `(?i:…)` is spelt out, since node 20 does not know it.
 * @param {Tree} tree
 * @param {boolean} quantified whether a quantifier follows
 * @returns {string}
 */
export function print(tree, quantified) {
  switch (tree.kind) {
    case 'set': {
      const text = tree.text === '/' ? '\\/' : tree.text;
      if (!tree.fold) return text;
      if (tree.characters && !text.startsWith('[')) {
        return tree.characters.length > 1 ? `[${tree.characters.join('')}]` : text;
      }
      return text.replace(/a-z/, 'A-Za-z').replace(/A-ZA-Za-z|A-Za-zA-Z/, 'A-Za-z');
    }
    case 'repeat':
      return print(tree.of, true) + tree.quantifier;
    case 'sequence': {
      const text = tree.parts.map((part) => (part.kind === 'choice' ? `(?:${print(part, false)})` : print(part, false))).join('');
      return quantified ? `(?:${text})` : text;
    }
    case 'choice': {
      const text = tree.parts.map((part) => print(part, false)).join('|');
      return quantified ? `(?:${text})` : text;
    }
  }
}

/**
 * Lower-cased texts one of which is in every match: its beginning, or where that says nothing, the best inner part. None
 * where every part is a class of many characters.
 * @param {Tree} tree
 * @returns {Set<string>}
 */
function keywordsOf(tree) {
  const starts = tree.kind === 'sequence' ? tree.parts.map((_, index) => ({ kind: /** @type {const} */ ('sequence'), parts: tree.parts.slice(index) })) : [tree];
  /** @type {string[]} */
  let best = [];
  for (const start of starts) {
    const texts = [...prefixes(start).texts].map((text) => text.slice(0, KEYWORD_MOST));
    const shortest = Math.min(...texts.map((text) => text.length));
    if (shortest >= KEYWORD_CHARACTERS && shortest > Math.min(...best.map((text) => text.length), best.length ? Infinity : 0)) best = texts;
    // The beginning is the best place to look for; only without one does the rest count.
    if (start === starts[0] && best.length > 0) break;
  }
  return new Set(best);
}

/** @param {Tree} tree @returns {{ texts: Set<string>, whole: boolean }} `whole`: the texts are all that it matches */
function prefixes(tree) {
  const most = 64;
  switch (tree.kind) {
    case 'set':
      return tree.characters ? { texts: new Set(tree.characters.map((text) => text.toLowerCase())), whole: true } : { texts: new Set(['']), whole: false };
    case 'repeat': {
      const inner = prefixes(tree.of);
      if (tree.once && inner.whole) return { texts: new Set([...inner.texts, '']), whole: true };
      return { texts: tree.optional ? new Set(['']) : inner.texts, whole: false };
    }
    case 'choice': {
      const parts = tree.parts.map(prefixes);
      return { texts: new Set(parts.flatMap(({ texts }) => [...texts])), whole: parts.every(({ whole }) => whole) };
    }
    case 'sequence': {
      let texts = new Set(['']);
      for (const part of tree.parts) {
        const next = prefixes(part);
        const joined = new Set([...texts].flatMap((text) => [...next.texts].map((more) => text + more)));
        if (joined.size > most) return { texts, whole: false };
        texts = joined;
        if (!next.whole) return { texts, whole: false };
      }
      return { texts, whole: true };
    }
  }
}
