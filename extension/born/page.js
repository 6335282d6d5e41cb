/**
 * In the page's world, where keys are made: tells of texts that the page puts on the clipboard, as its "copy" button does.
 */
import { COPIED, HERE, WHO } from "./copies.js";
import { apply, cover, coverTexts, taken } from "../page/natives.js";

const { CustomEvent, MouseEvent, document } = window;
const dispatch = taken(EventTarget.prototype.dispatchEvent);
const listen = taken(EventTarget.prototype.addEventListener);
const unlisten = taken(EventTarget.prototype.removeEventListener);
const then = taken(Promise.prototype.then);
const textOfBlob = taken(Blob.prototype.text);
const typeOfItem = window.ClipboardItem && taken(ClipboardItem.prototype.getType);

const node = document.createComment("");
const say = () => {
  dispatch(document, new MouseEvent(HERE, { relatedTarget: node }));
};
listen(document, WHO, say, true);
say();
// Both halves run before the page's first script; who asks later is the page.
setTimeout(() => unlisten(document, WHO, say, true));

/** @param {unknown} text */
const tell = (text) => {
  if (typeof text === "string") dispatch(node, new CustomEvent(COPIED, { detail: text }));
};
const nothing = () => {};

if (window.Clipboard) {
  cover(Clipboard.prototype, "writeText", (native, self, args) => {
    const done = apply(native, self, args);
    tell(args[0]);
    return done;
  });
  cover(Clipboard.prototype, "write", (native, self, args) => {
    const done = apply(native, self, args);
    try {
      const text = then(typeOfItem(args[0][0], "text/plain"), textOfBlob);
      then(then(text, tell), nothing, nothing);
    } catch {
      // The native has said what is wrong with it.
    }
    return done;
  });
  coverTexts();
}
