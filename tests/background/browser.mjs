// What the built background module needs of a browser: storage, alarms and texts, in memory. It is the module that is tested;
// whether a browser behaves like this is what tests/e2e sees.

import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const folder = fileURLToPath(new URL('../../dist/chrome/wasm/', import.meta.url));
const id = 'abcdefghijklmnopabcdefghijklmnop';
const page = { id, origin: `chrome-extension://${id}` };

/** A storage area: keeps what was stored as a browser does, apart from what the caller goes on with. */
class Area {
  /** @type {Map<string, string>} */
  records = new Map();

  async get(keys) {
    const names = keys === null ? [...this.records.keys()] : [keys].flat();
    const found = names.filter((name) => this.records.has(name));
    return Object.fromEntries(found.map((name) => [name, JSON.parse(this.records.get(name))]));
  }
  async getKeys() {
    return [...this.records.keys()];
  }
  async set(items) {
    for (const [name, value] of Object.entries(items)) this.records.set(name, JSON.stringify(value));
  }
  async remove(keys) {
    for (const name of [keys].flat()) this.records.delete(name);
  }
}

export const browser = {
  local: new Area(),
  session: new Area(),
  /** @type {Map<string, object>} */
  alarms: new Map(),
  /** @type {string[]} */
  calls: [],
};

globalThis.chrome = {
  runtime: { id, getURL: (path) => `${page.origin}/${path}` },
  storage: { local: browser.local, session: browser.session },
  alarms: {
    create: (name, info) => void browser.alarms.set(name, info),
    clear: async (name) => browser.alarms.delete(name),
  },
  tabs: { query: async () => [] },
  i18n: { getMessage: () => '', getUILanguage: () => 'en' },
  offscreen: {
    createDocument: async ({ url, reasons }) => void browser.calls.push(`open ${url} ${reasons}`),
    closeDocument: async () => void browser.calls.push('close'),
  },
};

/** The module, as extension/background.js loads it. */
export const module = await import(pathToFileURL(`${folder}background.js`).href);
const file = readFileSync(`${folder}background_bg.wasm`);
let exports = await module.default({ module_or_path: file });

/** All of the module's memory, as it is now. */
export const memory = () => Buffer.from(exports.memory.buffer);

/** A message of one of the extension's pages. */
export const ask = (type, fields = {}) => module.message({ type, ...fields }, page);

/** A message of a frame. */
export const askAsFrame = (type, fields = {}) =>
  module.message({ type, ...fields }, {
    id, origin: 'https://page.example', frameId: 0, documentId: 'd', tab: { id: 1, incognito: false },
  });

/** The same module without state, as after the death of the background. What is in the memory of the one before is gone. */
export async function restart() {
  module.__wbg_reset_state();
  // What there is already, it gives again.
  exports = await module.default({ module_or_path: file });
  await module.start();
}

/** A text as it travels. */
export const bytes = (text) => [...Buffer.from(text)];
/** Bytes back to text. */
export const text = (bytes) => Buffer.from(bytes).toString();
