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
    // Nothing of the built-in prototypes can be changed any more.
    "frozen": () => {
      for (const holder of [Object, Array, Function, String, Map, Set, WeakMap, Promise, RegExp, Event, EventTarget, CustomEvent, ShadowRoot, HTMLDialogElement]) {
        Object.freeze(holder.prototype);
      }
    },
    // What a trap on `attachShadow` or on custom elements could get hold of.
    "trapped-roots": () => {
      const attach = Element.prototype.attachShadow;
      any.roots = [];
      Element.prototype.attachShadow = function (init) {
        const root = call(attach, this, { ...init, mode: "open" });
        any.roots.push(root);
        return root;
      };
      const create = Document.prototype.createElement;
      Document.prototype.createElement = function (/** @type {any[]} */ ...args) {
        const made = call(create, this, ...args);
        any.roots.push(made);
        return made;
      };
    },
    // The page takes fresh natives from a frame of its own, and puts them in the place of the old ones.
    "own-realm": () => addEventListener("DOMContentLoaded", () => {
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const other = /** @type {any} */ (frame.contentWindow);
      Event.prototype.preventDefault = other.Event.prototype.preventDefault;
      Event.prototype.stopImmediatePropagation = () => {};
      any.CustomEvent = other.CustomEvent;
      any.MutationObserver = other.MutationObserver;
    }),
    // Listeners that another realm adds to this window.
    "foreign-listeners": () => addEventListener("DOMContentLoaded", () => {
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const add = /** @type {any} */ (frame.contentWindow).EventTarget.prototype.addEventListener;
      for (const type of ["paste", "beforeinput", "input"]) {
        call(add, window, type, (/** @type {any} */ event) => any.seen.push({ type, trusted: event.isTrusted, plain: event.clipboardData?.getData("text/plain") ?? event.data }), true);
      }
    }),
    // Time stands still.
    "clock": () => {
      Date.now = () => 0;
      performance.now = () => 0;
      any.requestAnimationFrame = () => 0;
      any.requestIdleCallback = () => 0;
    },
    // A style that hides whatever it does not know.
    "styled": () => addEventListener("DOMContentLoaded", () => {
      const style = document.createElement("style");
      style.textContent = "html > :not(head, body) { display: none !important; opacity: 0 !important; visibility: hidden !important; position: absolute !important; left: -9999px !important } ::backdrop { display: none !important } dialog { display: none !important; transform: scale(0) !important }";
      document.head.append(style);
      later(() => {});
    }),
    // Policies and sanitizers of the page.
    "strict-types": () => {
      any.eval = undefined;
      Object.defineProperty(window, "CSSStyleSheet", { value: class { constructor() { throw new Error("none"); } } });
    },
    // The page puts its focus back as often as it can.
    "focus-stealer": () => later(() => { if (strangers().length > 0) any.focusField(); }),
    // It makes everything but its own body inert.
    "inert": () => later(() => {
      for (const stranger of strangers()) /** @type {HTMLElement} */ (stranger).inert = true;
    }),
    // It moves the whole page out of sight.
    "scrolled-away": () => later(() => {
      if (strangers().length > 0) document.documentElement.style.cssText = "transform: translateX(-9999px); position: fixed; overflow: hidden; clip-path: inset(50%)";
    }),
    // It takes it away and puts it back, again and again.
    "re-inserted": () => later(() => {
      for (const stranger of strangers()) {
        stranger.remove();
        document.documentElement.append(stranger);
      }
    }),
    // A popover in the top layer above it, opened anew each time.
    "popover": () => {
      const popover = document.createElement("div");
      popover.popover = "manual";
      popover.textContent = "Something else";
      popover.style.cssText = "inset: 0; width: 100%; height: 100%; opacity: .1";
      later(() => {
        if (strangers().length === 0) return;
        if (!popover.isConnected) document.body.append(popover);
        if (popover.matches(":popover-open")) popover.hidePopover();
        popover.showPopover();
      });
    },
    // It looks for words and keys in all that can be searched.
    "searching": () => later(() => {
      const found = /** @type {any} */ (window).find?.("sk-8f3c1b7e94d24a06");
      if (found) any.seen.push({ type: "found", trusted: true });
      for (const stranger of strangers()) if (/** @type {any} */ (stranger).shadowRoot) any.seen.push({ type: "root", trusted: true });
    }),
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
