// What the built modules of the background need of a browser: storage, alarms and texts, in memory. It is the modules that are
// tested, as extension/modules.js puts them together; whether a browser behaves like this is what tests/e2e sees.

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
  /** What the one tab answers to a message; it is as if nobody were there without. @type {((message: object) => Promise<unknown>) | undefined} */
  tab: undefined,
};

globalThis.chrome = {
  runtime: { id, getURL: (path) => `${page.origin}/${path}` },
  storage: { local: browser.local, session: browser.session },
  alarms: {
    create: (name, info) => void browser.alarms.set(name, info),
    clear: async (name) => browser.alarms.delete(name),
  },
  tabs: {
    query: async () => (browser.tab ? [{ id: 1 }] : []),
    get: async () => ({ id: 1 }),
    sendMessage: (tab, message) => browser.tab?.(structuredClone(message)) ?? Promise.reject(new Error('nobody there')),
  },
  windows: {
    getLastFocused: async () => ({}),
    create: async ({ url }) => (browser.calls.push(`window ${url}`), { id: 7 }),
    remove: async () => {},
  },
  i18n: { getMessage: () => '', getUILanguage: () => 'en' },
  offscreen: {
    createDocument: async ({ url, reasons }) => void browser.calls.push(`open ${url} ${reasons}`),
    closeDocument: async () => void browser.calls.push('close'),
  },
};

// The modules load themselves by the address of their file.
const fetchFile = globalThis.fetch;
globalThis.fetch = async (address) => {
  const [, name] = String(address).split(`${page.origin}/wasm/`);
  if (name === undefined) return fetchFile(address);
  return new Response(readFileSync(`${folder}${name}`), { headers: { 'content-type': 'application/wasm' } });
};

/** The background's modules as they are loaded there. */
export const modules = await import(new URL('../modules.js', pathToFileURL(folder)).href);
const { guardModule, vaultModule } = modules;
const glues = await Promise.all(
  [guardModule, vaultModule].map(({ name }) => import(pathToFileURL(`${folder}${name}.js`).href)),
);

/** All of the modules' memory, as it is now. What is instantiated already, the glue gives again. */
export async function memory() {
  const memories = [];
  for (const [number, { instantiated }] of [guardModule, vaultModule].entries()) {
    if (instantiated) memories.push(Buffer.from((await glues[number].default()).memory.buffer));
  }
  return Buffer.concat(memories);
}

/** Events, as extension/background.js hands them on. */
export const module = {
  start: () => guardModule.call(async () => {}),
  alarm: modules.alarm,
  fillAsked: (tab, byMenu) => guardModule.call((guard) => guard.fillAsked(tab, byMenu)),
  lockAsked: () => vaultModule.call((vault) => vault.lockAsked()),
  idleState: (state) => vaultModule.call((vault) => vault.idleState(state)),
};

/** A message of one of the extension's pages. */
export const ask = (type, fields = {}) => modules.message({ type, ...fields }, page);

/** A message of a frame. */
export const askAsFrame = (type, fields = {}) =>
  modules.message({ type, ...fields }, {
    id, origin: 'https://page.example', frameId: 0, documentId: 'd', tab: { id: 1, incognito: false },
  });

/** Timers die with a background. @type {Set<NodeJS.Timeout>} */
const timers = new Set();
const setTimer = globalThis.setTimeout;
globalThis.setTimeout = (run, ms, ...values) => {
  const timer = setTimer(run, ms, ...values);
  timers.add(timer);
  return timer;
};

/** The same modules without state, as after the death of the background. What is in the memory of the ones before is gone. */
export async function restart() {
  timers.forEach(clearTimeout);
  timers.clear();
  modules.failed(new Error('the background died'));
  await module.start();
}

/** A text as it travels. */
export const bytes = (text) => [...Buffer.from(text)];
/** Bytes back to text. */
export const text = (bytes) => Buffer.from(bytes).toString();

/**
 * The one tab shows a page with a field that has the focus.
 *
 * @param {string} origin
 * @returns {string[]} what is written into the field
 */
export function fillable(origin) {
  /** @type {string[]} */
  const written = [];
  const field = {
    element: 'input', kind: 'password', name: 'key', id: 'key', label: 'API key', connected: true, readOnly: false,
    hasText: false, rendered: true, opacity: 100, x: 300, y: 200, width: 240, height: 32, widthInView: 240, heightInView: 32,
    points: 9, action: null, buttonActions: [], inAddress: false, base: origin,
  };
  const sender = { id, origin, url: `${origin}/`, frameId: 0, documentId: 'd', tab: { id: 1, incognito: false } };
  browser.tab = async (message) => {
    switch (message.type ?? message) {
      case 'fillLook': {
        const here = { ask: message.ask, field, inFront: true, touchedMs: Date.now(), ancestors: [] };
        return void (await modules.message({ type: 'fillHere', ...here }, sender));
      }
      case 'fillAgain':
        return field;
      case 'fillWrite':
        written.push(message.key);
        return 'filled';
      default:
        return undefined;
    }
  };
  return written;
}
