// Requests as the browser shows them to the background, for those that no script in a page sees: of workers, of elements. Firefox
// holds them before the first byte; Chromium shows them only, so that the person learns what has left. What is asked about is
// decided by the module, and who is asked is the frame that a request belongs to (page/sending.js).
//
// The permission is there while the person has it switched on that what pages send is watched.

import { keysLeaving } from './files.js';

/** @typedef {typeof import('./wasm/background.js')} Module */
/** @typedef {<T>(run: (module: Module) => Promise<T>) => Promise<T>} Ask */
/** @typedef {chrome.webRequest.OnBeforeRequestDetails | chrome.webRequest.OnBeforeSendHeadersDetails} Details */
/** @typedef {{tab: number, frame: number}} Frame */

const HOLDS = chrome.runtime.getManifest().optional_permissions?.includes('webRequestBlocking') === true;
/** Of one body so much is looked at. */
const MOST_BYTES = 2 << 20;
/** How long a frame may take to say that it is there. */
const PATIENCE_MS = 1000;

/** @type {Ask} */
let ask;
/** The table of the person's own keys. @type {Promise<Uint8Array> | undefined} */
let own;

/** @param {Ask} call */
export function watchRequests(call) {
  ask = call;
  arm();
  chrome.permissions.onAdded.addListener(arm);
  chrome.storage.onChanged.addListener((_, area) => {
    if (area === 'local') own = undefined;
  });
}

function arm() {
  if (!chrome.webRequest || chrome.webRequest.onBeforeRequest.hasListener(onRequest)) return;
  const all = { urls: ['<all_urls>'] };
  chrome.webRequest.onBeforeRequest.addListener(onRequest, all, HOLDS ? ['blocking', 'requestBody'] : ['requestBody']);
  chrome.webRequest.onBeforeSendHeaders.addListener(onHeaders, all, ['requestHeaders', HOLDS ? 'blocking' : 'extraHeaders']);
}

/** @param {chrome.webRequest.OnBeforeRequestDetails} details */
function onRequest(details) {
  return judge(details, [details.url, ...textsOf(details.requestBody)]);
}

/** @param {chrome.webRequest.OnBeforeSendHeadersDetails} details */
function onHeaders(details) {
  const lines = details.requestHeaders?.map(({ name, value }) => `${name}: ${value ?? ''}`);
  return judge(details, [lines?.join('\n') ?? '']);
}

/** @param {chrome.webRequest.OnBeforeRequestDetails['requestBody']} body @returns {string[]} */
function textsOf(body) {
  if (!body) return [];
  if (body.formData) return Object.entries(body.formData).map(([name, values]) => `${name}=${/** @type {unknown[]} */ (values).filter((value) => typeof value === 'string').join('\n')}`);
  const decoder = new TextDecoder();
  return (body.raw ?? []).map(({ bytes }) => {
    if (!bytes) return '';
    const all = new Uint8Array(bytes, 0, Math.min(bytes.byteLength, MOST_BYTES));
    // Text has no zeros; files come by a road of their own.
    return all.subarray(0, 512).includes(0) ? '' : decoder.decode(all);
  });
}

/**
 * @param {Details} details
 * @param {string[]} texts
 * @returns {any} what the browser is to do, where it lets itself be told
 */
function judge(details, texts) {
  // Where a tab goes is held in its page, as far as the page decides it; the rest are addresses that a person typed.
  if (details.type === 'main_frame' || senderOf(details)?.startsWith(chrome.runtime.getURL('').slice(0, -1))) return undefined;
  const looked = look(details, texts);
  if (!HOLDS) return void looked.catch(() => {});
  // What cannot be looked at does not leave.
  return looked.then((leaves) => ({ cancel: !leaves }), () => ({ cancel: true }));
}

/** @param {any} details where Chromium and Firefox differ */
const senderOf = ({ initiator, documentUrl, originUrl }) => /** @type {string | undefined} */ (initiator ?? documentUrl ?? originUrl);

/** @param {string | undefined} address @returns {string | undefined} */
function originOf(address) {
  try {
    return address === undefined ? undefined : new URL(address).origin.replace(/^ws/, 'http');
  } catch {
    return undefined;
  }
}

/** @param {Details} details @param {string[]} texts @returns {Promise<boolean>} whether it may leave */
async function look(details, texts) {
  const to = originOf(details.url) ?? 'null';
  const found = await keysLeaving(to, texts, await (own ??= ask((module) => module.ownKeys())));
  if (found.length === 0) return true;
  const encoder = new TextEncoder();
  const detectors = Uint16Array.from(found, ([detector]) => detector);
  const ownOnes = found.map(([, own]) => own === null ? null : encoder.encode(own));
  const origin = originOf(senderOf(details));
  const isPrivate = await isInPrivate(details);
  const asked = await ask(async (module) => module.leaving(details.tabId, origin, isPrivate, detectors, ownOnes));
  if (asked.length === 0) return true;
  /** @type {Frame | undefined} */
  let there;
  for (const frame of await framesOf(details, origin, isPrivate)) {
    const answer = await inFrame(frame, { type: 'leaving', to: details.url, texts, hold: false });
    // The person let it through there, or it is switched off.
    if (answer?.asked === false) return true;
    if (answer) there ??= frame;
  }
  if (HOLDS && there) {
    const answer = await send(there, { type: 'leaving', to: details.url, texts, hold: true });
    return answer?.go === true;
  }
  const tab = there?.tab ?? details.tabId;
  await ask((module) => module.gone(tab, origin, isPrivate, detectors, ownOnes, to, HOLDS));
  return !HOLDS;
}

/** @param {any} details */
async function isInPrivate({ incognito, tabId }) {
  if (incognito !== undefined) return incognito === true;
  if (tabId < 0) return false;
  return chrome.tabs.get(tabId).then((tab) => tab.incognito, () => false);
}

/**
 * The frames that can be asked about a request, the most likely first. A worker that several pages share belongs to none: then
 * each page of its origin.
 *
 * @param {Details} details @param {string | undefined} origin @param {boolean} isPrivate
 * @returns {Promise<Frame[]>}
 */
async function framesOf({ tabId, frameId, parentFrameId, type }, origin, isPrivate) {
  if (tabId >= 0) {
    const frames = type === 'sub_frame' ? [parentFrameId, frameId] : [frameId];
    return frames.filter((frame) => frame >= 0).map((frame) => ({ tab: tabId, frame }));
  }
  const tabs = await chrome.tabs.query({});
  return tabs.flatMap(({ id, url, incognito }) => (id !== undefined && incognito === isPrivate && originOf(url) === origin ? [{ tab: id, frame: 0 }] : []));
}

/** @param {Frame} frame @param {object} message */
const send = ({ tab, frame }, message) => chrome.tabs.sendMessage(tab, message, { frameId: frame }).catch(() => undefined);

/**
 * What a frame says. One that was loaded before this was switched on has nobody to say anything.
 *
 * @param {Frame} frame @param {object} message
 */
async function inFrame(frame, message) {
  const soon = () => Promise.race([send(frame, message), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  const answer = await soon();
  if (answer) return answer;
  await chrome.scripting.executeScript({ target: { tabId: frame.tab, frameIds: [frame.frame] }, files: ['sending.js'] }).catch(() => {});
  return soon();
}
