/**
 * The guard's half of the page's own sending (`channel.js`): looks at what is about to leave, and asks the person.
 *
 * It is registered only where the person switched it on, so it is not in `guard.js`, whose scanner and notice it uses. What a page
 * sends of its own accord is mostly its own business: so a key that is at home where it goes is none of ours, nor are the
 * tokens that a page has of itself, which `keyward::policy` names.
 */
import { CHOOSING, HERE, LEAVING, PERHAPS, unpack, VERDICT, WHO } from "./channel.js";

/** @typedef {import("../guard/findings.js").Part & {index: number}} Part */
/** @typedef {{parts: Part[], replaceable: boolean, settle: (texts: Map<number, string> | null) => void, refuse: () => void}} Held */

/**
 * What `guard.js` lends, in the world that both are in. It may run after this.
 *
 * @returns {Pick<typeof import("../guard/scanner.js"), "hasKeys" | "scanTo"> & Pick<typeof import("../guard/hold.js"), "ask">
 *   & Pick<typeof import("../guard/background.js"), "askOnce" | "isOn"> & Pick<typeof import("../guard/findings.js"), "stillAsked">
 *   & Pick<typeof import("../guard/rewrite.js"), "withReplacements"> & Pick<typeof import("../guard/strings.js"), "say">
 *   & {chosen: (event: Event) => void}}
 */
const guard = () => /** @type {any} */ (globalThis).keyward;

const HOLD = 2;

/** Numbers of detectors whose findings a page may send. @type {Promise<Set<number>> | undefined} */
let passing;
/** @type {Set<number> | undefined} */
let known;

function askPassing() {
  return (passing ??= chrome.runtime
    .sendMessage({ type: "sending" })
    .then((answer) => (known = new Set(answer.passing)))
    // Nobody says: everything is asked about.
    .catch(() => new Set()));
}

const baseOf = Object.getOwnPropertyDescriptor(Node.prototype, "baseURI")?.get;

/** Where an address leads, as the scanner names places. @param {string} to */
function placeOf(to) {
  try {
    const base = baseOf && Reflect.apply(baseOf, document, []);
    const url = new URL(to, base);
    return { origin: url.origin.replace(/^ws/, "http"), host: url.host };
  } catch {
    return { origin: "null", host: "" };
  }
}

/**
 * The keys in a text that do not belong where it goes.
 *
 * @param {string} text
 * @param {string} origin
 */
function find(text, origin) {
  const { scanTo, stillAsked } = guard();
  return stillAsked(text, scanTo(text, origin)).filter(({ action, own, detector }) => action === HOLD && (own || !known?.has(detector)));
}

/** @param {string[]} texts @param {string} origin @returns {Part[]} */
const partsOf = (texts, origin) => texts.map((text, index) => ({ text, index, findings: find(text, origin) })).filter(({ findings }) => findings.length > 0);

/**
 * Looks at what leaves; gives whether it is stopped.
 *
 * @param {"sending" | "address"} road
 * @param {string} to
 * @param {string[]} texts
 * @param {number} kept how many of them nothing else can take the place of
 * @param {(texts: Map<number, string> | null) => void} settle
 * @param {() => void} refuse
 */
function stops(road, to, texts, kept, settle, refuse) {
  const { origin, host } = placeOf(to);
  const look = () => partsOf(texts, origin);
  if (look().length === 0) return false;
  void askPassing().then(() => {
    const parts = look();
    if (parts.length === 0) return settle(null);
    decide(road, host, { parts, replaceable: parts.every(({ index }) => index >= kept), settle, refuse });
  });
  return true;
}

/** What is being asked about, by the keys in it: a page that tries again is part of the same question. @type {Map<string, Held[]>} */
const asked = new Map();
/** What the person kept, by the keys in it. */
const refused = new Set();

/** @param {"sending" | "address"} road @param {string} host @param {Held} held */
function decide(road, host, held) {
  const { ask, say, withReplacements } = guard();
  const { parts, refuse } = held;
  const keys = [host, ...parts.flatMap(({ text, findings }) => findings.map(({ start, end }) => text.slice(start, end)))].join("\n");
  const others = asked.get(keys);
  if (others) return void others.push(held);
  // A page that tries again by itself has its answer.
  if (refused.has(keys) && !navigator.userActivation?.isActive) return refuse();
  const all = [held];
  asked.set(keys, all);
  const done = (/** @type {(held: Held) => void} */ then) => {
    asked.delete(keys);
    all.forEach(then);
  };
  const keep = () => {
    refused.add(keys);
    done(({ refuse }) => refuse());
  };
  const active = document.activeElement;
  let left = parts.length;
  ask({
    road,
    parts,
    unchecked: [],
    words: {
      title: say("noticeTitleSend", host || say("noticeThisFrame")),
      about: say(road === "address" ? "noticeAboutAddress" : "noticeAboutSending"),
      keepOut: say("noticeDoNotSend"),
      redact: held.replaceable ? say("noticeSendRedacted") : "",
    },
    restore: () => active instanceof HTMLElement && HTMLElement.prototype.focus.call(active, { preventScroll: true }),
    release: () => done(({ settle }) => settle(null)),
    keptOut: keep,
    busy: () => done(({ refuse }) => refuse()),
    replace: async () => {
      left -= 1;
      if (left > 0) return null;
      done(({ parts, replaceable, settle, refuse }) => {
        if (!replaceable) return refuse();
        settle(new Map(parts.map((part) => [part.index, withReplacements(part, part.findings.map(() => /** @type {const} */ ("redact")))])));
      });
      return null;
    },
  });
}

// --- what the page's half asks ---

/** @param {Event} event */
function onHere(event) {
  const node = event instanceof MouseEvent && event.relatedTarget;
  if (!node) return;
  document.removeEventListener(HERE, onHere, true);
  node.addEventListener(CHOOSING, onChoosing);
  node.addEventListener(LEAVING, (asks) => onLeaving(/** @type {CustomEvent} */ (asks), node));
}

// --- what the background asks (`extension/requests.js`) ---

/** @param {any} message @param {chrome.runtime.MessageSender} sender @param {(answer: {asked: boolean, go?: boolean}) => void} answer */
function onMessage(message, { id }, answer) {
  if (id !== chrome.runtime.id || message?.type !== "leaving") return false;
  const { to, texts, hold } = message;
  // The person's own keys are known then.
  void guard().askOnce().then(askPassing).then(() => {
    const asked = guard().isOn() && partsOf(texts, placeOf(to).origin).length > 0;
    const go = () => answer({ asked, go: true });
    if (!hold || !asked || !stops("sending", to, texts, texts.length, go, () => answer({ asked }))) go();
  });
  return true;
}

const world = /** @type {any} */ (globalThis);
// A page that was loaded before it was switched on gets this script when it is asked, and is to have it once.
if (!world.keywardSending) {
  world.keywardSending = true;
  chrome.runtime.onMessage.addListener(onMessage);
  document.addEventListener(HERE, onHere, true);
  document.dispatchEvent(new Event(WHO));
  world.navigation?.addEventListener("navigate", onNavigate);
  window.addEventListener("click", onClick, true);
}

/** @param {Event} event */
function onChoosing(event) {
  const input = event instanceof MouseEvent && event.relatedTarget;
  // Adding a listener that is there already changes nothing.
  if (input) for (const type of ["input", "change"]) input.addEventListener(type, guard().chosen, true);
}

/** @param {CustomEvent} event @param {EventTarget} node */
function onLeaving(event, node) {
  const packed = event.detail;
  if (typeof packed !== "string" || !guard()?.isOn()) return;
  const say = (/** @type {number} */ number, /** @type {string} */ verdict, texts = "") =>
    node.dispatchEvent(new CustomEvent(VERDICT, { detail: `${number}\n${verdict}\n${texts}` }));
  try {
    if (!guard().hasKeys(packed)) return;
    const { number, road, to, texts, kept } = unpack(packed);
    const settle = (/** @type {Map<number, string> | null} */ instead) => {
      if (!instead) say(number, "go");
      else say(number, "replace", JSON.stringify(texts.map((text, index) => instead.get(index) ?? text)));
    };
    if (stops(road, to, texts, kept, settle, () => say(number, "keep"))) event.preventDefault();
  } catch {
    // It cannot be looked at, so it does not leave.
    event.preventDefault();
    queueMicrotask(() => say(Number(packed.split(" ", 1)[0]), "keep"));
  }
}

// --- addresses ---

/** Whether an address is not gone to. One that cannot be looked at is not. @param {string} to @param {() => void} again */
function stopsAddress(to, again) {
  try {
    return PERHAPS.test(to) && guard().hasKeys(to) && stops("address", to, [to], 1, again, () => {});
  } catch {
    return true;
  }
}

/** @param {any} event of the Navigation API */
function onNavigate(event) {
  const to = event.destination?.url;
  if (!event.cancelable || event.destination.sameDocument || typeof to !== "string" || !guard()?.isOn()) return;
  if (stopsAddress(to, () => location.assign(to))) event.preventDefault();
}

/** A link that opens elsewhere is no navigation of this frame. @param {Event} event */
function onClick(event) {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement);
  const to = link && Reflect.get(link instanceof HTMLAreaElement ? HTMLAreaElement.prototype : HTMLAnchorElement.prototype, "href", link);
  if (typeof to !== "string" || !guard()?.isOn()) return;
  if (stopsAddress(to, () => HTMLElement.prototype.click.call(link))) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
