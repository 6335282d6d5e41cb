/**
 * The roads by which text comes into a page: paste, drop, and input in one piece (dictation, an input method's
 * clipboard, "paste" of a menu that fires no paste event).
 *
 * Text without a finding is not touched: the handlers return and the browser does what it always does.
 */
import { askOnce, isKnown, isOn, isOrphaned } from "./background.js";
import * as dom from "./dom.js";
import { fieldOf, isTextControl, saveSelection, select, untilSelectionIsSeen } from "./field.js";
import { findIn, stopping } from "./findings.js";
import { ask } from "./hold.js";
import { arrived, insert } from "./insert.js";
import { withReplacements } from "./rewrite.js";
import { NOWHERE } from "./scanner.js";

/** @typedef {import("./hold.js").Stopped} Stopped */
/** @typedef {import("./findings.js").Part} Part */

/**
 * How long a paste may be looked at while the page waits. A text that takes longer (about 100 MB) is held, and
 * checked in slices when the person says so.
 */
const PATIENCE_MS = 2000;

/** What has no word as long as this has no key of the person's own that frames know of (`LEAST_STRONG_BYTES`, src/vault/fingerprint.rs). */
const LONG = /\S{20}/;

/** Input of fewer units than this is typing. */
const PIECE_UNITS = 8;

/** The last text that was found clean, for the `beforeinput` that follows a `paste`. It is kept for one task. */
let lastClean = "";

/** @param {ClipboardEvent} event */
export function onPaste(event) {
  if (event.clipboardData) arrive("paste", event, event.clipboardData);
}

/** @param {DragEvent} event */
export function onDrop(event) {
  if (event.dataTransfer) arrive("drop", event, event.dataTransfer);
}

/** @param {InputEvent} event */
export function onBeforeInput(event) {
  if (event.dataTransfer) arrive(event.inputType === "insertFromDrop" ? "drop" : "paste", event, event.dataTransfer);
  else if (event.data && event.data.length >= PIECE_UNITS) {
    arriveAs("paste", event, new Map([["text/plain", event.data]]), []);
  }
}

/**
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @param {DataTransfer} data
 */
function arrive(road, event, data) {
  arriveAs(road, event, textsOf(data), data);
}

/** Every text that comes along, by media type. @param {DataTransfer} data */
export function textsOf(data) {
  /** @type {Map<string, string>} */
  const types = new Map();
  for (const type of data.types) {
    if (type === "Files") continue;
    const text = data.getData(type);
    if (text !== "") types.set(type, text);
  }
  return types;
}

/**
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @param {Map<string, string>} types
 * @param {DataTransfer | []} data
 */
function arriveAs(road, event, types, data) {
  const texts = [...types.values()].filter((text) => text !== lastClean);
  const parts = partsIn(texts, performance.now() + PATIENCE_MS);
  const isEarly = parts.length === 0 && !isKnown() && !isOrphaned() && texts.some((text) => LONG.test(text));
  if (parts.length === 0 && !isEarly) {
    keepClean(types.get("text/plain") ?? "");
    return;
  }
  const ways = waysOn(event, types, data);
  dom.stop(event);
  if (event instanceof DragEvent) endDrag(dom.targetOf(event), event);
  if (isEarly) void whenKnown(road, texts, ways);
  else ask({ road, unchecked: [], ...ways, parts: ways.narrow(parts), narrow: undefined });
}

/** The texts that are stopped. @param {string[]} texts @param {number} [until] the time after which the scanner gives up */
function partsIn(texts, until) {
  return texts.map((text) => ({ text, findings: stopping(findIn(text, until)) })).filter(({ findings }) => findings.length > 0);
}

/**
 * Text came before the background has said which keys are the person's own: dropped where nobody had touched anything, or pasted
 * in a frame's first moments. It waits for that, some milliseconds; where no answer comes, it could not be checked.
 *
 * @param {Stopped["road"]} road
 * @param {string[]} texts
 * @param {ReturnType<typeof waysOn>} ways
 */
async function whenKnown(road, texts, ways) {
  await askOnce();
  /** @type {Part[] | undefined} */
  let parts;
  try {
    if (isKnown()) parts = isOn() ? partsIn(texts) : [];
  } catch {
    // Nor could it now.
  }
  if (!parts) ask({ road, parts: [], unchecked: texts, ...ways });
  else if (parts.length > 0) ask({ road, unchecked: [], ...ways, parts: ways.narrow(parts), narrow: undefined });
  else {
    ways.restore();
    ways.release();
  }
}

/**
 * The page has seen something dragged in and will not see it dropped: its drop zone would stay open, and Draft.js
 * would take no text any more.
 *
 * @param {Element | null} target
 * @param {{clientX: number, clientY: number}} place
 */
export function endDrag(target, { clientX, clientY }) {
  for (const type of ["dragleave", "dragend"]) {
    if (target) EventTarget.prototype.dispatchEvent.call(target, new DragEvent(type, { bubbles: true, composed: true, clientX, clientY }));
  }
}

/**
 * How what has been stopped goes on: read while the event is being dispatched.
 *
 * @param {Event} event
 * @param {Map<string, string>} types
 * @param {DataTransfer | []} data
 */
function waysOn(event, types, data) {
  const content = { text: types.get("text/plain") ?? types.get("text/uri-list") ?? "", types, files: "files" in data ? [...data.files] : [] };
  const { target, restore, settle } = caretOf(event);
  return {
    restore,
    /** @param {Part[]} parts */
    narrow: (parts) => [partToAsk(parts, content.text)],
    /** @param {Part} part @param {import("./hold.js").Pick[]} picks */
    replace: async (part, picks) => {
      await settle();
      return replace(target, part, picks);
    },
    release: () => void settle().then(() => insert(target, content)),
  };
}

/** @param {string} text */
function keepClean(text) {
  lastClean = text;
  setTimeout(() => (lastClean = ""));
}

/**
 * What is asked about: the plain text, which is what is put in. A key that is only in the markup (in the address of a
 * link) is asked about too; the plain text goes in without it.
 *
 * @param {Part[]} parts
 * @param {string} plain
 * @returns {Part}
 */
function partToAsk(parts, plain) {
  const ofPlain = parts.find(({ text }) => text === plain);
  const findings = parts[0]?.findings.map((finding) => ({ ...finding, buffer: NOWHERE })) ?? [];
  return ofPlain ?? { text: plain, findings };
}

/**
 * @param {Element | null} target
 * @param {Part} part
 * @param {import("./hold.js").Pick[]} picks
 * @returns {Promise<string | null>} the text where it did not arrive
 */
async function replace(target, part, picks) {
  const text = withReplacements(part, picks);
  if (text === "") return null;
  insert(target, { text });
  return (await arrived(fieldOf(target), text)) ? null : text;
}

/**
 * Where the text was to go.
 *
 * @param {Event} event
 * @returns {{target: Element | null, restore: () => void, settle: () => Promise<void>}} `settle` waits until the editor knows
 *   where the caret is
 */
function caretOf(event) {
  const target = dom.targetOf(event);
  if (!(event instanceof DragEvent)) return { target, restore: saveSelection(fieldOf(target) ?? target), settle: async () => {} };
  const receiver = fieldOf(target) ?? hiddenFieldNear(target) ?? target;
  return { target: receiver, restore: () => dropCaret(receiver, event.clientX, event.clientY), settle: untilSelectionIsSeen };
}

/** How far up the control of an editor is looked for that draws its text elsewhere. */
const LEVELS_UP = 8;

/** The control by which an editor takes text, where something was dropped on what it draws. @param {Element | null} target */
function hiddenFieldNear(target) {
  let around = target;
  for (let level = 0; around && level < LEVELS_UP; level++, around = dom.parentOf(around)) {
    const field = dom.queryAll(around, "textarea, [role=textbox]").find((element) => fieldOf(element));
    if (field) return field;
  }
  return null;
}

/**
 * Puts the caret where something was dropped.
 *
 * @param {Element | null} field
 * @param {number} x
 * @param {number} y
 */
function dropCaret(field, x, y) {
  if (!field) return;
  dom.focus(field);
  const caret = dom.caretAt(x, y);
  if (!caret) return;
  const [node, offset] = caret;
  const element = dom.isElement(node) ? node : dom.parentOf(node);
  if (isTextControl(field)) {
    if (field.selectionStart !== null && node === field) field.setSelectionRange(offset, offset);
  } else if (element && dom.contains(field, element)) {
    select({ startContainer: node, startOffset: offset, endContainer: node, endOffset: offset }, field);
  }
}

/** How a paste, a drop or a piece of input goes on that could not be checked. @type {import("./guarded.js").Recovery["recover"]} */
export function recoverArrival(event) {
  const data = /** @type {DataTransfer | null} */ (event.clipboardData ?? event.dataTransfer);
  const types = data ? textsOf(data) : new Map([["text/plain", event.data ?? ""]]);
  return { texts: [...types.values()], ...waysOn(event, types, data ?? []) };
}
