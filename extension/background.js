// The background: registers every listener in the first turn, since the browser wakes it for those only, and hands each
// event to the module. What is to be done is decided in src/policy.rs.

import init, * as module from './wasm/background.js';

/** Calls that the module has not answered yet: when it fails, they are answered with the failure. */
/** @type {Set<(reason: unknown) => void>} */
const open = new Set();

let ready = load();
ready.catch(() => {}); // Every call awaits it again and answers with the failure.

async function load() {
  await init({ module_or_path: chrome.runtime.getURL('wasm/background_bg.wasm') });
  await module.start();
}

/**
 * One call of the module.
 *
 * @template T
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
function call(run) {
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => { fail = reject; });
  open.add(fail);
  const done = ready.then(run);
  return Promise.race([done, failed]).catch((reason) => {
    if (open.has(fail)) restart(reason);
    throw reason;
  }).finally(() => open.delete(fail));
}

/**
 * A module that trapped is in no known state. A fresh one takes its place, with what is stored; whoever waits for the
 * old one is told that it failed, which a frame takes for "the guard is on".
 *
 * @param {unknown} reason
 */
function restart(reason) {
  for (const fail of [...open]) {
    open.delete(fail);
    fail(reason);
  }
  ready = (async () => {
    module.__wbg_reset_state();
    await module.start();
  })();
  ready.catch(() => {});
}

// A trap inside a resumed call reaches nobody but this listener, and the promise of the call stays open forever.
self.addEventListener('error', (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) restart(event.error);
});

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  call(() => module.message(message, sender)).then(sendResponse, () => sendResponse({ error: 'failed' }));
  return true;
});

/** @param {() => Promise<void>} run an event to which nobody waits for an answer */
const note = (run) => { call(run).catch(() => {}); };

chrome.alarms.onAlarm.addListener(() => note(() => module.alarm()));
chrome.windows.onRemoved.addListener((window) => note(() => module.windowClosed(window)));
chrome.tabs.onRemoved.addListener((tab) => note(() => module.tabClosed(tab)));
chrome.tabs.onUpdated.addListener((tab, change) => {
  if (change.status === 'loading') note(() => module.tabMoves(tab));
});
