// The background: registers every listener in the first turn, since the browser wakes it for those only, and hands each
// event to the module that it concerns. What is to be done is decided in Rust.

import './files.js';
import { kindsOf } from './kinds.js';
import { alarm, failed, guardModule, message, vaultModule } from './modules.js';
import { watchRequests } from './requests.js';

self.addEventListener('error', (event) => failed(event.error));

chrome.runtime.onMessage.addListener((asked, sender, sendResponse) => {
  const answered = asked?.type === 'kindsOf' ? kindsOf(asked.detectors) : message(asked, sender);
  answered.then(sendResponse, () => sendResponse({ error: 'failed' }));
  return true;
});

/** @param {Promise<unknown>} done after an event, to which nobody waits for an answer */
const note = (done) => {
  done.catch(() => {});
};
/** @param {Parameters<typeof guardModule.call>[0]} run */
const guard = (run) => note(guardModule.call(run));
/** @param {Parameters<typeof vaultModule.call>[0]} run */
const vault = (run) => note(vaultModule.call(run));

watchRequests((run) => guardModule.call(run));
chrome.alarms.onAlarm.addListener(({ name }) => note(alarm(name)));
chrome.idle.onStateChanged.addListener((state) => vault((module) => module.idleState(state)));
chrome.commands.onCommand.addListener((command, tab) => {
  const id = tab?.id;
  if (command === 'lock') vault((module) => module.lockAsked());
  if (command === 'fill' && id !== undefined) guard((module) => module.fillAsked(id, false));
});
chrome.windows.onRemoved.addListener((window) => guard((module) => module.windowClosed(window)));
chrome.tabs.onRemoved.addListener((tab) => guard((module) => module.tabClosed(tab)));
chrome.tabs.onUpdated.addListener((tab, change) => {
  if (change.status === 'loading') guard((module) => module.tabMoves(tab));
});
chrome.contextMenus.onClicked.addListener((info, tab) => {
  const id = tab?.id;
  if (info.menuItemId === 'fill' && id !== undefined) guard((module) => module.fillAsked(id, true));
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
