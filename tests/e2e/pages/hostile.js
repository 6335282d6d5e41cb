// What a page can do against a guard in its own world, before anything else runs. Only `window.readValue` is kept whole:
// the scenes read the field with it.
{
  const trick = /** @type {HTMLScriptElement} */ (document.currentScript).dataset.trick ?? "";
  const value = /** @type {any} */ (Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")).get;
  const call = Function.prototype.call.bind(Function.prototype.call);
  const any = /** @type {any} */ (window);
  any.readValue = (/** @type {Element} */ element) => call(value, element);
  any.attempts = 0;
  const focus = HTMLElement.prototype.focus;
  any.focusField = () => call(focus, any.field.element);

  const later = (/** @type {() => void} */ act) => { setInterval(() => { any.attempts += 1; act(); }, 20); };
  /** Elements that somebody put beside the body. */
  const strangers = () => [...document.documentElement.children].filter((element) => element !== document.head && element !== document.body);

  /** @type {Record<string, () => void>} */
  const tricks = {
    // Every function that a guard might use is replaced by one that throws.
    "prototypes": () => {
      /** @type {[any, string[]][]} */
      const broken = [
        [Event.prototype, ["preventDefault", "stopPropagation", "stopImmediatePropagation"]],
        [EventTarget.prototype, ["dispatchEvent"]],
        [Element.prototype, ["attachShadow", "append", "remove", "closest", "setAttribute"]],
        // Without these the drivers themselves cannot work: getRootNode, contains, composedPath.
        [Node.prototype, ["appendChild", "insertBefore"]],
        [HTMLDialogElement.prototype, ["show", "showModal", "close"]],
        [HTMLElement.prototype, ["showPopover"]],
        [DataTransfer.prototype, ["getData", "setData"]],
        [String.prototype, ["slice", "replace", "charCodeAt", "match", "matchAll", "codePointAt"]],
        [RegExp.prototype, ["exec", "test"]],
        [Map.prototype, ["get", "set", "has"]],
        [TextEncoder.prototype, ["encode", "encodeInto"]],
        [TextDecoder.prototype, ["decode"]],
        [Document.prototype, ["createElement", "execCommand", "getSelection"]],
        [MutationObserver.prototype, ["observe"]],
      ];
      for (const [holder, names] of broken) {
        for (const name of names) holder[name] = () => { throw new Error(`no ${name} here`); };
      }
    },
    "listeners": () => {
      // Everything that is added from now on is never called.
      EventTarget.prototype.addEventListener = () => {};
      EventTarget.prototype.removeEventListener = () => {};
    },
    "throwing": () => {
      for (const type of ["paste", "beforeinput", "input", "keydown", "focusin", "focusout", "error", "unhandledrejection"]) {
        window.addEventListener(type, () => { throw new Error("on purpose"); }, true);
      }
      any.onerror = () => true;
    },
    // A forged answer: clicks and keys that no person made.
    "synthetic": () => later(() => {
      for (const stranger of strangers()) {
        const box = { bubbles: true, cancelable: true, composed: true, clientX: innerWidth / 2, clientY: innerHeight / 2, detail: 1 };
        for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) stranger.dispatchEvent(new MouseEvent(type, box));
        for (const key of ["Enter", " ", "Escape", "Tab"]) {
          for (const type of ["keydown", "keyup"]) stranger.dispatchEvent(new KeyboardEvent(type, { key, code: key, bubbles: true, cancelable: true, composed: true }));
        }
        for (const type of ["cancel", "close", "submit", "change"]) stranger.dispatchEvent(new Event(type, { cancelable: true }));
        /** @type {HTMLElement} */ (stranger).click();
      }
    }),
    "removed": () => {
      new MutationObserver(() => {
        for (const stranger of strangers()) { stranger.remove(); any.attempts += 1; }
      }).observe(document, { childList: true, subtree: true });
    },
    "transparent": () => later(() => {
      for (const stranger of strangers()) /** @type {HTMLElement} */ (stranger).style.cssText = "opacity: .01 !important; pointer-events: none !important; filter: blur(40px)";
    }),
    "hidden": () => later(() => {
      for (const stranger of strangers()) /** @type {HTMLElement} */ (stranger).style.cssText = "display: none !important; visibility: hidden !important";
    }),
    "moved": () => later(() => {
      for (const stranger of strangers()) document.getElementsByTagName("textarea")[0]?.parentElement?.append(stranger);
    }),
    // The page's own modal layer over it, again and again.
    "covered": () => {
      const dialog = document.createElement("dialog");
      dialog.textContent = "Something else";
      dialog.style.cssText = "width: 100%; height: 100%; opacity: .2";
      later(() => {
        if (strangers().length === 0) return;
        if (!dialog.isConnected) document.body.append(dialog);
        if (!dialog.open) dialog.showModal();
      });
    },
    // Elements whose names shadow what a guard asks of document and form.
    "clobbered": () => {
      addEventListener("DOMContentLoaded", () => {
        const names = ["createElement", "createElementNS", "documentElement", "activeElement", "body", "head", "addEventListener", "defaultView",
          "getSelection", "execCommand", "querySelector", "querySelectorAll", "hasFocus", "elementFromPoint", "adoptedStyleSheets", "designMode"];
        for (const name of names) {
          const image = Document.prototype.createElement.call(document, "img");
          image.name = name;
          Document.prototype.querySelector.call(document, "main, h1")?.append(image);
        }
        const form = /** @type {HTMLFormElement} */ (Document.prototype.querySelector.call(document, "#form"));
        // Not `parentNode` and the like: the drivers' own scripts go round in circles there.
        for (const name of ["submit", "requestSubmit", "elements", "querySelectorAll", "closest", "matches", "isConnected", "localName", "id",
          "addEventListener", "getAttribute"]) {
          const input = Document.prototype.createElement.call(document, "input");
          input.setAttribute("type", "hidden");
          input.setAttribute("name", name);
          Element.prototype.append.call(form, input);
        }
      });
    },
  };
  tricks[trick]();
}
