// The background: registers every listener in the first turn, since the browser wakes it for those only, and hands each
// event to the module. What is to be done is decided in src/policy.rs.

import './files.js';
import { kindsOf } from './kinds.js';
import init, * as module from './wasm/background.js';

/**
 * Calls that the module has not answered yet: when it fails, they are answered with the failure.
 * @type {Set<(reason: unknown) => void>}
 */
const open = new Set();

let instantiated = false;

/**
 * The module with what is stored; undefined after a failure, until the next call.
 * @type {Promise<void> | undefined}
 */
let ready;

async function load() {
  if (instantiated) {
    module.__wbg_reset_state();
  } else {
    await init({ module_or_path: chrome.runtime.getURL('wasm/background_bg.wasm') });
    instantiated = true;
  }
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
  ready ??= load();
  const done = ready.then(run);
  /** @type {Promise<T>} */
  const first = new Promise((resolve, reject) => {
    open.add(reject);
    done.then(resolve, fail).finally(() => open.delete(reject));
  });
  return first;
}

/**
 * A module that trapped is in no known state: the next call gets a fresh one. Whoever waits for this one is told that it
 * failed, which a frame takes for "the guard is on".
 *
 * @param {unknown} reason
 */
function fail(reason) {
  ready = undefined;
  for (const reject of open) reject(reason);
  open.clear();
}

// A trap in a call that had been waiting for the browser reaches nobody but this listener; the promise of the call would
// stay open forever.
self.addEventListener('error', (event) => fail(event.error));

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  const answered = message?.type === 'kindsOf' ? kindsOf(message.detectors) : call(() => module.message(message, sender));
  answered.then(sendResponse, () => sendResponse({ error: 'failed' }));
  return true;
});

/** @param {() => Promise<void>} run after an event, to which nobody waits for an answer */
const note = (run) => {
  call(run).catch(() => {});
};

chrome.alarms.onAlarm.addListener((alarm) => note(() => module.alarm(alarm.name)));
chrome.idle.onStateChanged.addListener((state) => note(() => module.idleState(state)));
chrome.commands.onCommand.addListener((command, tab) => {
  const id = tab?.id;
  if (command === 'lock') note(() => module.lockAsked());
  if (command === 'fill' && id !== undefined) note(() => module.fillAsked(id, false));
});
chrome.windows.onRemoved.addListener((window) => note(() => module.windowClosed(window)));
chrome.tabs.onRemoved.addListener((tab) => note(() => module.tabClosed(tab)));
chrome.tabs.onUpdated.addListener((tab, change) => {
  if (change.status === 'loading') note(() => module.tabMoves(tab));
});
chrome.contextMenus.onClicked.addListener((info, tab) => {
  const id = tab?.id;
  if (info.menuItemId === 'fill' && id !== undefined) note(() => module.fillAsked(id, true));
});
// There once the person has allowed it.
const reminded = () => chrome.tabs.create({ url: 'life.html' });
const listenToReminders = () => chrome.notifications?.onClicked.addListener(reminded);
listenToReminders();
chrome.permissions.onAdded.addListener(listenToReminders);
// The browser keeps the menu; its words change with the browser's language.
const menu = () => chrome.contextMenus.removeAll(() => {
  chrome.contextMenus.create({ id: 'fill', title: chrome.i18n.getMessage('menuFill'), contexts: ['editable'] });
});
chrome.runtime.onInstalled.addListener(({ reason }) => {
  menu();
  // Once, and never after an update.
  if (reason === 'install') chrome.tabs.create({ url: 'welcome.html' });
});
chrome.runtime.onStartup.addListener(menu);
