/**
 * The guard: a content script in every frame, before the page's own scripts.
 *
 * Most frames are never touched. So this does next to nothing until a person does something: it sets its listeners,
 * on the window and in the capture phase, where it comes before every listener of the page. Nothing of it is in the
 * page until a key is found.
 */
import { onBeforeInput, onDrop, onPaste, recoverArrival } from "./arrive.js";
import { listenAround, onChosen, onDropFiles, onPasteFiles, recoverFiles } from "./files.js";
import { arm as armFilling } from "./fill.js";
import { askOnce, isOn } from "./background.js";
import { remember, stillAsked } from "./findings.js";
import { guarded } from "./guarded.js";
import { ask } from "./hold.js";
import { onKeyDown, onPress, onSubmit, recoverKey, recoverPress, recoverSubmit } from "./leave.js";
import { withReplacements } from "./rewrite.js";
import { hasKeys, scanTo } from "./scanner.js";
import { say } from "./strings.js";
import { onFocusIn, onInput, onPointerDown } from "./typing.js";

const pressed = guarded(onPress, { road: "click", recover: recoverPress });
const pointed = guarded(onPointerDown);
/** @type {import("./guarded.js").Recovery} */
const files = { road: "file", recover: recoverFiles };
const chosen = guarded(onChosen, files);

/** @type {[string, (event: Event) => void][]} */
const LISTENERS = [
  ["paste", guarded(onPasteFiles, files)],
  ["drop", guarded(onDropFiles, files)],
  ["paste", guarded(onPaste, { road: "paste", recover: recoverArrival })],
  ["drop", guarded(onDrop, { road: "drop", recover: recoverArrival })],
  ["beforeinput", guarded(onBeforeInput, { road: "paste", recover: recoverArrival })],
  ["keydown", guarded(onKeyDown, { road: "enter", recover: recoverKey })],
  ["submit", guarded(onSubmit, { road: "submit", recover: recoverSubmit })],
  ["pointerdown", pointed],
  ["pointerdown", pressed],
  ["mousedown", pressed],
  ["pointerup", pressed],
  ["mouseup", pressed],
  ["click", pressed],
  ["focusin", guarded(onFocusIn)],
  ["click", guarded((event) => listenAround(event, chosen))],
  ["input", chosen],
  ["change", chosen],
  ["input", guarded(onInput)],
];

/** Adding a listener that is there already changes nothing. */
function arm() {
  for (const [type, listener] of LISTENERS) window.addEventListener(type, listener, true);
  armFilling();
}

arm();
// `document.open()` takes all listeners away, ours too.
new MutationObserver(arm).observe(document, { childList: true });

// What the scripts of the page's own sending (`extension/page/sending.js`) and of new keys (`extension/born/born.js`) need. The page
// has no part in this world.
Object.assign(globalThis, { keyward: { ask, askOnce, chosen, hasKeys, isOn, remember, say, scanTo, stillAsked, withReplacements } });
