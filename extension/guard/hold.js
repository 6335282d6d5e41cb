/**
 * Something was stopped: ask the person, and do what they say.
 *
 * Invariants: what was stopped goes on only by `release` from the background, after the person said so in the
 * extension's own window. Everything that can be chosen in the page only takes keys away. While a notice is open,
 * whatever else is stopped is kept out: there is one question at a time. What is stopped while an editor takes what was
 * chosen is asked about behind it, if it still has to be.
 */
import { askInWindow, askOnce, isKnown, isOrphaned, reportDecided, reportHeld, setDecisionListener } from "./background.js";
import { detectorsOf, keysOf, keysToStore, ownKeysIn, picksOfStored, remember, rememberUnchecked, stillAsked, stopping } from "./findings.js";
import { learn } from "./kinds.js";
import * as mark from "./mark.js";
import * as notice from "./notice.js";
import { scanInSlices } from "./scanner.js";

/** @typedef {import("./findings.js").Part} Part */
/** @typedef {{usual: string, own: string}} Named a variable that the person named otherwise than the scanner does */
/** @typedef {"redact" | "variable" | Named} Pick what takes the place of a key */

/**
 * What was stopped, and how it goes on.
 *
 * @typedef {object} Stopped
 * @property {"paste" | "drop" | "typed" | "enter" | "click" | "submit" | "file" | "sending" | "address"} road
 * @property {Part[]} parts the texts with their findings; empty where they could not be checked
 * @property {string[]} unchecked texts that could not be checked
 * @property {(parts: Part[]) => Part[]} [narrow] of texts that were checked late, those that are put in
 * @property {() => void} restore puts focus and selection back
 * @property {(part: Part, picks: Pick[]) => Promise<string | null>} replace puts the part in with its keys replaced; gives the
 *   text where it did not arrive
 * @property {() => void} release lets it go on as it was
 * @property {() => void} [keptOut] lets go on what is not kept out, where that is a part only
 * @property {() => void} [retry] checks again what could not be checked, instead of scanning `unchecked`
 * @property {import("./notice.js").Words} [words] what the notice says instead of the usual
 * @property {() => void} [busy] is called where something else is being asked about, and this is not asked
 * @property {() => void} [again] looks at it once more, after something else was replaced, and lets it go on or asks
 */

/**
 * @typedef {object} Asked
 * @property {Stopped} stopped
 * @property {Promise<string | number | undefined>} reported
 * @property {string | number | undefined} number by which the background lets it through; undefined until it is known
 */

/** @type {Asked | undefined} */
let current;

/** Whether fields are being written to, which editors take some time for. */
let replacing = false;

/** What was stopped meanwhile: a person is faster than an editor. @type {Stopped | undefined} */
let next;

/**
 * How long a notice waits for what the background says of the keys, and lets pass here: one that was asleep answers in 40 ms.
 * Behind that it shows what is known, and the rest when it comes.
 */
const STATE_MS = 80;

/** Asks the person about something that has been stopped. @param {Stopped} stopped */
export function ask(stopped) {
  if (replacing) next = stopped;
  if (current) return stopped.busy?.();
  const detectors = detectorsOf(stopped.parts);
  const learned = learn(detectors);
  const reported = reportHeld(stopped.road, detectors);
  /** @type {Asked} */
  const asked = { stopped, reported, number: undefined };
  current = asked;
  void reported.then((number) => (asked.number = number));
  setDecisionListener(onDecision);
  const known = isKnown() || isOrphaned() || stopped.parts.length === 0;
  if (known && !learned) {
    show(stopped);
    return;
  }
  const shown = setTimeout(() => show(stopped), STATE_MS);
  void learned?.then(() => {
    if (current?.stopped === stopped && notice.isOpen()) notice.renew(namesIn(stopped));
  });
  void Promise.all(known ? [learned] : [learned, askOnce(), reported]).then(() => {
    clearTimeout(shown);
    if (current?.stopped !== stopped) return;
    if (!known && stopped.parts.every(isAllowedNow)) finish(stopped.release);
    else if (!notice.isOpen()) show(stopped);
  });
}

/** @param {Part} part */
function isAllowedNow({ text, findings }) {
  return stillAsked(text, findings).length === 0;
}

/** @param {Stopped} stopped */
function show(stopped) {
  notice.open({
    phase: isOrphaned() ? "orphaned" : "ask",
    unchecked: stopped.unchecked.length > 0,
    leaving: isLeaving(stopped),
    words: stopped.words,
    storable: !stopped.words && keysToStore(stopped.parts).length > 0,
    ...namesIn(stopped),
    choose,
  });
}

/** What is said of the keys by the names that are known. @param {Stopped} stopped */
function namesIn({ parts }) {
  return { keys: keysOf(parts), preview: notice.previewOf(parts) };
}

/** Whether the text is in the page already and is about to be sent. @param {Stopped} stopped */
function isLeaving({ road }) {
  return road === "enter" || road === "click" || road === "submit";
}

/**
 * @param {import("./notice.js").Choice} choice
 */
function choose(choice) {
  const asked = current;
  if (!asked) return;
  const { stopped } = asked;
  switch (choice.type) {
    case "keepOut":
      report("keepOut");
      finish(stopped.keptOut);
      return;
    case "replace":
      report(choice.picks.every((pick) => pick === "variable") ? "variable" : "redact");
      void replace(stopped, choice.picks);
      return;
    case "letThrough":
      void askElsewhere(asked);
      return;
    case "store":
      void askElsewhere(asked, keysToStore(stopped.parts));
      return;
    case "tryAgain":
      void tryAgain(stopped);
      return;
  }
}

/** @param {"keepOut" | "redact" | "variable"} choice */
function report(choice) {
  void current?.reported.then((number) => (number === undefined ? undefined : reportDecided(number, choice)));
}

/** @param {(() => void) | undefined} [then] runs with focus and selection as they were */
function finish(then) {
  const stopped = current?.stopped;
  current = undefined;
  notice.close();
  stopped?.restore();
  then?.();
}

/**
 * @param {Stopped} stopped
 * @param {Pick[]} picks one for each finding of all parts, in order
 */
async function replace(stopped, picks) {
  let missing = "";
  // Still the current one, so that nothing else asks in between.
  replacing = true;
  next = undefined;
  try {
    notice.close();
    stopped.restore();
    let first = 0;
    for (const part of stopped.parts) {
      const ofPart = picks.slice(first, first + part.findings.length);
      first += part.findings.length;
      missing += (await stopped.replace(part, ofPart)) ?? "";
    }
  } finally {
    current = undefined;
    replacing = false;
  }
  if (missing !== "") {
    notice.open({ phase: "copy", leaving: false, unchecked: false, keys: [], text: missing, choose: () => closeNotice(stopped) });
  } else {
    askNext();
  }
}

function askNext() {
  if (next) (next.again ?? ask)(next);
}

/** @param {Stopped} stopped */
function closeNotice(stopped) {
  notice.close();
  stopped.restore();
}

/**
 * @param {Asked} asked
 * @param {{detector: number, key: number[]}[]} [keys] to be stored, not let through
 */
async function askElsewhere(asked, keys) {
  notice.setPhase("waiting");
  const number = await asked.reported;
  const opened = number !== undefined && (await askInWindow(number, keys));
  if (!opened && current === asked) notice.setPhase(isOrphaned() ? "orphaned" : number === undefined ? "unreachable" : "unopened");
}

/** The person decided in the extension's window. @param {import("./background.js").Decision} decision @returns {import("./background.js").Taken} */
function onDecision({ type, hold, allow, values, instead, names }) {
  const asked = current;
  if (!asked || asked.number !== hold) return false;
  const { stopped } = asked;
  if (type === "stored") {
    if (!instead) notice.setPhase("ask");
    else {
      const picks = picksOfStored(stopped.parts, instead, names ?? []);
      report(instead);
      void replace(stopped, picks).then(() => mark.sayStored());
    }
  } else if (allow) {
    stopped.parts.forEach(remember);
    stopped.unchecked.forEach(rememberUnchecked);
    finish(stopped.release);
    return { own: ownKeysIn(stopped.parts), values: values ? keysToStore(stopped.parts) : [] };
  } else finish(stopped.keptOut);
  return {};
}

/**
 * Checks again what could not be checked, however long it takes; the page goes on meanwhile.
 *
 * @param {Stopped} stopped
 */
async function tryAgain(stopped) {
  if (stopped.retry) return finish(stopped.retry);
  notice.setPhase("checking");
  /** @type {Part[]} */
  const parts = [];
  try {
    for (const text of stopped.unchecked) {
      const findings = stopping(stillAsked(text, await scanInSlices(text)));
      if (findings.length > 0) parts.push({ text, findings });
    }
  } catch {
    if (current?.stopped === stopped) notice.setPhase("ask");
    return;
  }
  if (current?.stopped !== stopped) return;
  if (parts.length === 0) return finish(stopped.release);
  current = undefined;
  notice.close();
  ask({ ...stopped, parts: stopped.narrow?.(parts) ?? parts, unchecked: [] });
}
