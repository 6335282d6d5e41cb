// What is held in which browser, from a run of the scenes: node scripts/coverage.mjs LOG…
//
// Each LOG is what `cargo run -p keyward-e2e` or `scripts/test` printed. Writes the table in README.md between its two marks. A road is
// *held* where all of its scenes passed in that browser; one whose scenes were not all played is left as the README has it, so that a run
// of a part changes that part only. What no scene can show, since it is not seen at all, stands here with its reason.

import { readFileSync, writeFileSync } from 'node:fs';

/**
 * `seen`: scenes of a browser that shows it and cannot hold it. `blind`: a browser in which the scenes show that it is not seen.
 *
 * @type {[road: string, scenes: RegExp, note: string, seen?: RegExp, blind?: string][]}
 */
const HELD = [
  ['pasted into fields and editors', /^paste\//, ''],
  ['pasted under a strict policy', /^strict\//, ''],
  ['dropped text', /^drop\//, 'no driver can drag in Firefox: there by the same code, without a scene'],
  ['typed, then sent with Enter, a click or a form', /^typed\//, 'typing itself is never held: a mark shows it'],
  ['in message composers', /^composers\//, ''],
  ['in frames, shadow roots, dialogs, full screen', /^(frames?|place)\//, ''],
  ['files chosen, dropped or pasted', /^files\//, 'over 50 MB, or not readable: held unread; in Chromium no driver pastes files: the same code without a scene'],
  ['in popups, windows without an address, picture-in-picture', /^windows\/(popup|blank|picture)/, 'Firefox has no picture-in-picture for documents'],
  ['files chosen in an input that is in no document', /^sending\/loose-input/, 'where it is switched on; in Firefox the same script, which no driver can try'],
  ['files opened with `showOpenFilePicker()`', /^sending\/picker/, 'where it is switched on; Firefox has no such function'],
  ['pages that work against it', /^hostile\//, ''],
  ['sent by script: requests, beacons, forms, WebSockets, data channels; addresses', /^sending\/(?!loose|picker)/, 'where it is switched on in the options'],
  ['sent by workers and service workers; addresses of pictures and scripts', /^workers\/(held|strict|let|nobody)/, 'where it is switched on in the options; Chromium lets no extension hold them: a key that is seen leaving is said at once, and noted as leaked where it is yours', /^workers\/.*seen/],
  ['tabs that were open at the installation', /^windows\/open-before/, 'in Chrome until they are reloaded; the popup says so', undefined, 'chrome'],
];

/** @type {[road: string, why: string][]} */
const NOT_SEEN = [
  ['files in a folder that the page opened with `showDirectoryPicker()`', 'no event and no input'],
  ['streams as a request’s body', 'they cannot be read without being used up'],
  ['WebSockets of a page that took `send` from another frame, and the like', 'a page that means ill needs no key in clear: it can encode it first'],
  ['keys split over several fields or messages', 'none of the parts is a key'],
  ['pictures of keys, speech', 'nothing reads them'],
  ['pages of the browser, extension stores, the built-in PDF viewer', 'closed to extensions; the popup says so, except over a PDF in Chrome'],
  ['private windows, until you allow Keyward there', 'the browser keeps extensions out'],
];

const BEGIN = '<!-- coverage: scripts/coverage.mjs -->';
const END = '<!-- end of coverage -->';
const BROWSERS = ['chrome', 'firefox'];

/** @type {Map<string, boolean>} the last outcome of each scene, by browser and name */
const played = new Map();
for (const file of process.argv.slice(2)) {
  for (const [, outcome, browser, name] of readFileSync(file, 'utf8').matchAll(/^(ok|FAIL) +(chrome|firefox) (\S+) [\d.]+ s/gm)) {
    played.set(`${browser} ${name}`, outcome === 'ok');
  }
}
if (played.size === 0) {
  console.error('usage: node scripts/coverage.mjs LOG…  (what the scenes printed)');
  process.exit(2);
}

const readme = readFileSync('README.md', 'utf8');
const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
if (start < 0 || end < start) throw new Error('README.md has no marks for the table');
const before = readme.slice(start, end).split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim()));

/** @param {string} road @param {RegExp} scenes @param {string} browser @param {number} column @param {string} [word] */
function cell(road, scenes, browser, column, word = 'held') {
  const outcomes = [...played].filter(([key]) => key.startsWith(`${browser} `) && scenes.test(key.slice(browser.length + 1)));
  if (outcomes.length === 0) return before.find(([, name]) => name === road)?.[column] ?? 'not played';
  const failed = outcomes.filter(([, passed]) => !passed).length;
  return failed === 0 ? `${word} (${outcomes.length} ${outcomes.length === 1 ? 'scene' : 'scenes'})` : `**${failed} of ${outcomes.length} scenes failed**`;
}

const rows = [
  '| road | Chromium | Firefox | |',
  '| --- | --- | --- | --- |',
  ...HELD.map(([road, scenes, note, seen, blind]) => {
    const cells = BROWSERS.map((browser, index) => {
      if (browser === blind) return cell(road, scenes, browser, index + 2, 'not seen');
      const isSeen = seen && [...played.keys()].some((key) => key.startsWith(`${browser} `) && seen.test(key.slice(browser.length + 1)));
      return isSeen ? cell(road, seen, browser, index + 2, 'seen') : cell(road, scenes, browser, index + 2);
    });
    return `| ${road} | ${cells.join(' | ')} | ${note} |`;
  }),
  ...NOT_SEEN.map(([road, why]) => `| ${road} | not seen | not seen | ${why} |`),
];
writeFileSync('README.md', `${readme.slice(0, start)}${BEGIN}\n${rows.join('\n')}\n${readme.slice(end)}`);
