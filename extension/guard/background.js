/**
 * What the guard says to the background, and what it hears from it (docs/architecture.md, "Messages").
 *
 * The guard never waits for the background to stop something. Until an answer is there it is on and nothing is
 * allowed; where none comes, it stays so.
 */
import { setTables } from "./scanner.js";

/** How long an answer may take: a background that was asleep answers in 40 ms. */
const ANSWER_MS = 2000;

/** What the background said of this frame's origin. */
const state = {
  on: true,
  /** When a pause ends: the clock ends it, also where the background's alarm comes late. */
  untilMs: Infinity,
  /** @type {Set<number>} */
  allowed: new Set(),
  sign: false,
};

/** @type {Promise<void> | undefined} */
let asked;
let answered = false;

/**
 * What the person decided in the extension's window.
 *
 * @typedef {object} Decision
 * @property {"release" | "stored"} type
 * @property {string} hold
 * @property {boolean} [allow] of a release
 * @property {boolean} [values] of a release: whether the values are to be answered, which are no keys
 * @property {"redact" | "variable" | null} [instead] of what was stored; null where it was not
 * @property {(import("./hold.js").Named | null)[]} [names] of the stored keys
 */

/** @typedef {{own?: number[][], values?: {detector: number, key: number[]}[]} | false} Taken what passed; false where the hold is gone */

/** @type {((decision: Decision) => Taken) | undefined} */
let onDecision;

/** @param {(decision: Decision) => Taken} listener */
export function setDecisionListener(listener) {
  onDecision = listener;
}

/** Whether the guard is on here. */
export function isOn() {
  return state.on || Date.now() >= state.untilMs;
}

/** Whether the person lets this kind of key pass here. @param {number} detector */
export function isAllowed(detector) {
  return state.allowed.has(detector);
}

/** Whether the background has said what holds here. */
export function isKnown() {
  return answered;
}

/** Whether the extension was updated or removed under this page: nobody is there to ask any more. */
export function isOrphaned() {
  try {
    return !chrome.runtime?.id;
  } catch {
    return true;
  }
}

/**
 * Asks once what holds for this frame, at the first sign of a person: frames that nobody touches send nothing.
 *
 * @returns {Promise<void>} settled when the answer is there or will not come
 */
export function askOnce() {
  return (asked ??= ask());
}

async function ask() {
  if (!listen()) return;
  take(await send({ type: "guardState" }));
}

/** @returns {boolean} whether the extension is still there to be heard */
function listen() {
  try {
    // Adding a listener that is there already changes nothing.
    chrome.runtime.onMessage.addListener(onMessage);
    return true;
  } catch {
    return false;
  }
}

// The popup learns from the page's own frame which site is in front, before anybody has touched it. Listening takes 1 to
// 3 ms in Firefox, so the page comes first.
if (window.top === window) requestIdleCallback(listen, { timeout: 1000 });

/** Whether the field with the focus is to have the small sign. */
export async function isSignShown() {
  await askOnce();
  return state.sign && (await send({ type: "signHere" }))?.shown === true;
}

/** The person pressed it. */
export function pressSign() {
  return send({ type: "signPressed" });
}

/** @param {any} answer */
function take(answer) {
  if (typeof answer?.on !== "boolean") return;
  answered = true;
  state.on = answer.on;
  state.untilMs = typeof answer.untilMs === "number" ? answer.untilMs : Infinity;
  state.allowed = new Set(Array.isArray(answer.allowed) ? answer.allowed : []);
  state.sign = answer.sign === true;
  const [own, harmless] = [answer.own, answer.harmless].map((table) => (Array.isArray(table) ? Uint8Array.from(table) : undefined));
  setTables(own, harmless);
}

/** @param {any} message @param {chrome.runtime.MessageSender} sender @param {(answer: unknown) => void} answer */
function onMessage(message, sender, answer) {
  if (sender.id !== chrome.runtime.id) return;
  if (message?.type === "guardStateChanged") asked = ask();
  // Later, the person has been told that the page has changed and nothing was let through.
  if (/^(release|stored)$/.test(message?.type) && Date.now() <= message.untilMs) {
    // With what is let through of the person's own keys, which the vault notes, and the values, where they are no keys.
    answer(onDecision?.(message) || { released: false });
  }
}

/**
 * @param {{type: string, [field: string]: unknown}} message
 * @returns {Promise<any>} undefined where no answer comes
 */
export async function send(message) {
  try {
    return await Promise.race([
      chrome.runtime.sendMessage(message),
      new Promise((resolve) => setTimeout(resolve, ANSWER_MS)),
    ]);
  } catch {
    return undefined;
  }
}

/**
 * Tells that something was stopped.
 *
 * @param {string} road
 * @param {number[]} detectors
 * @returns {Promise<string | number | undefined>} the hold's number, by which it is let through
 */
export async function reportHeld(road, detectors) {
  const answer = await send({ type: "held", road, detectors });
  take(answer?.state);
  return answer?.hold;
}

/**
 * Asks for the extension's window.
 *
 * @param {string | number} hold
 * @param {{detector: number, key: number[]}[]} [keys] to be stored, and nothing else: the one message with a key in it
 * @returns {Promise<boolean>} whether it opened
 */
export async function askInWindow(hold, keys) {
  const answer = await send(keys ? { type: "storeHeld", hold, keys } : { type: "letThrough", hold });
  keys?.forEach(({ key }) => key.fill(0));
  return answer?.opened === true;
}

/** @param {string | number} hold @param {"keepOut" | "redact" | "variable"} choice */
export async function reportDecided(hold, choice) {
  await send({ type: "decided", hold, choice });
}
