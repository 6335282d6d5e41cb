/**
 * On the page where a provider makes keys: a key that appears there, or that the page copies, is offered to be stored.
 *
 * It runs on these pages only, beside `guard.js`, whose scanner it uses. Nothing is looked at unless something has changed, and then
 * when the browser has time. What is worth an offer the background says, by the kinds of keys alone; the keys leave the
 * page when a person has taken the offer, for the extension's own window, which asks. So whatever a page shows or clicks,
 * nothing of it comes into the vault.
 */
import { listenToCopies } from "./copies.js";
import { accountIn, note, take } from "./look.js";
import * as offer from "./offer.js";

/** @typedef {{detector: number, text: string}} Key */
/** @typedef {import("../guard/findings.js").Part} Part */

/**
 * What `guard.js` lends, in the world that both are in.
 *
 * @returns {Pick<typeof import("../guard/scanner.js"), "scanTo"> & Pick<typeof import("../guard/background.js"), "askOnce" | "isOn">
 *   & Pick<typeof import("../guard/findings.js"), "remember" | "stillAsked">}
 */
const guard = () => /** @type {any} */ (globalThis).keyward;

const HOLD = 2;
/** A page that shows more keys at once shows a list. */
const MOST_KEYS = 4;
/** So many offers that nobody took are enough for one document. */
const MOST_OFFERS = 8;
/** Between two looks. */
const PAUSE_MS = 250;
/** A busy page is looked at all the same, after that. */
const BUSY_MS = 1000;

let offers = 0;
let due = false;

/** Something has changed: looks at it when there is time. */
function look() {
  if (due || offers > MOST_OFFERS) return;
  due = true;
  setTimeout(() => {
    requestIdleCallback(
      () => {
        due = false;
        void lookNow();
      },
      { timeout: BUSY_MS },
    );
  }, PAUSE_MS);
}

async function lookNow() {
  const text = take();
  if (text === "" || !guard() || findIn(text).length === 0) return;
  // Which keys are in the vault, and what the person lets pass, comes with the first answer.
  await guard().askOnce();
  const findings = findIn(text);
  /** @type {Key[]} */
  const all = findings.map(({ detector, start, end }) => ({ detector, text: text.slice(start, end) }));
  const keys = all.filter((key, index) => all.findIndex(({ text }) => text === key.text) === index);
  if (!guard().isOn() || keys.length === 0 || keys.length > MOST_KEYS) return;
  const answer = await send({ type: "bornSeen", detectors: keys.map(({ detector }) => detector) });
  const worth = keys.filter(({ detector }) => answer?.offer?.includes(detector));
  if (worth.length === 0) return;
  offers += 1;
  const part = { text, findings: findings.filter(({ detector }) => answer.offer.includes(detector)) };
  offer.show({
    title: answer.title,
    // Asked once in this document, whatever the answer is.
    over: () => guard().remember(part),
    store: () => store(worth),
  });
}

/** The keys that would be held anywhere else, and that are not in the vault. @param {string} text */
function findIn(text) {
  const { scanTo, stillAsked } = guard();
  return stillAsked(text, scanTo(text, "null")).filter(({ action, own }) => action === HOLD && !own);
}

const encoder = new TextEncoder();

/** The person wants to store them. @param {Key[]} worth */
async function store(worth) {
  const keys = worth.map(({ detector, text }) => ({ detector, key: [...encoder.encode(text)] }));
  const answer = await send({ type: "storeBorn", keys, account: accountIn() });
  keys.forEach(({ key }) => key.fill(0));
  return answer?.opened === true;
}

/**
 * @param {{type: string, [field: string]: unknown}} message
 * @returns {Promise<any>} undefined where no answer comes
 */
async function send(message) {
  try {
    chrome.runtime.onMessage.addListener(onMessage);
    return await chrome.runtime.sendMessage(message);
  } catch {
    // The extension was updated or removed under the page.
    return undefined;
  }
}

/** @param {any} message @param {chrome.runtime.MessageSender} sender @param {(answer: unknown) => void} answer */
function onMessage(message, sender, answer) {
  if (sender.id !== chrome.runtime.id || message?.type !== "bornEnded") return;
  offer.end(message.stored === true);
  answer({});
}

offer.listen();
listenToCopies((text) => {
  note(text);
  look();
});
new MutationObserver((records) => {
  for (const record of records) note(record);
  look();
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["value"] });
// Values of fields change without a word; what a person does is when they do.
window.addEventListener(
  "click",
  (event) => {
    if (!event.isTrusted) return;
    note("fields");
    look();
  },
  { capture: true, passive: true },
);
