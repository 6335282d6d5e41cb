// Looks at files for the guard's frames, which send them in pieces over a port (docs/architecture.md, "Files"). The module
// is loaded when the first file comes; its memory is apart from that of the keys.

import init, { leaving, Look } from './wasm/files.js';

/** @type {Promise<unknown> | undefined} */
let ready;

/**
 * The keys in a request that are not at home where it goes; the same module, loaded with the first that may have one.
 *
 * @param {string} to origin
 * @param {string[]} texts
 * @param {Uint8Array} own the table of the person's own keys
 * @returns {Promise<[detector: number, own: string | null][]>}
 */
export async function keysLeaving(to, texts, own) {
  try {
    await load();
    return leaving(to, texts, own);
  } catch (error) {
    // A module that trapped is in no known state.
    ready = undefined;
    throw error;
  }
}

const load = () => (ready ??= init({ module_or_path: chrome.runtime.getURL('wasm/files_bg.wasm') }));

/** @param {string} base64 */
const bytes = (base64) => {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  // `Uint8Array.from` takes ten times as long.
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
};

chrome.runtime.onConnect.addListener((port) => {
  // A frame of a page, never another extension.
  const { sender } = port;
  if (port.name !== 'files' || sender?.id !== chrome.runtime.id) return port.disconnect();
  load().catch(() => {});
  /** @type {Look | undefined} */
  let look;
  port.onMessage.addListener(async ({ data, more }) => {
    try {
      await ready;
      look ??= new Look(sender.origin ?? '');
      if (look.push(bytes(data)) && more) port.postMessage({ more: true });
      else {
        const done = look;
        look = undefined;
        port.postMessage(done.finish());
      }
    } catch {
      // The frame takes that for "could not be checked". A module that trapped is in no known state.
      look = undefined;
      ready = undefined;
      port.disconnect();
    }
  });
  port.onDisconnect.addListener(() => {
    look?.free();
    look = undefined;
  });
});
