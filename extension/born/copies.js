/**
 * What the page copies: by `navigator.clipboard`, of which `page.js` in the page's world tells, and by a command or a person.
 *
 * The two worlds find each other as those of the page's own sending do (`../page/channel.js`): by a node that is in no document.
 */

/** The page's half is there, with the node as `relatedTarget`. */
export const HERE = "kw-born-here";
/** The other half asks for it. */
export const WHO = "kw-born-who";
/** On the node: a text was copied. */
export const COPIED = "t";

/** @param {(text: string) => void} copied */
export function listenToCopies(copied) {
  document.addEventListener(
    HERE,
    (event) => {
      const node = /** @type {MouseEvent} */ (event).relatedTarget;
      node?.addEventListener(COPIED, (event) => {
        const text = /** @type {CustomEvent} */ (event).detail;
        if (typeof text === "string") copied(text);
      });
    },
    { capture: true, once: true },
  );
  document.dispatchEvent(new Event(WHO));
  window.addEventListener("copy", (event) => {
    const set = event.clipboardData?.getData("text/plain");
    copied(set || selected());
  });
}

function selected() {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  }
  return String(document.getSelection() ?? "");
}
