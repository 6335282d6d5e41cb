// A textarea where a guard may miss it, or where its notice may not come up.
{
  const root = /** @type {HTMLElement} */ (document.getElementById("root"));
  const place = root.dataset.place ?? "";
  let field = document.createElement("textarea");
  field.setAttribute("aria-label", "The field");

  /** @type {Record<string, () => void>} */
  const places = {
    "shadow-open": () => inShadow("open"),
    "shadow-closed": () => inShadow("closed"),
    "shadow-nested": () => {
      const outer = document.createElement("div");
      const inner = document.createElement("div");
      outer.attachShadow({ mode: "open" }).append(inner);
      inner.attachShadow({ mode: "closed" }).append(field);
      root.append(outer);
    },
    // The page writes itself anew: every listener on window and document is gone.
    "document-open": () => {
      root.append(field);
      /** @type {any} */ (window).rewrite = () => {
        document.open();
        document.write('<!doctype html><title>anew</title><script src="/recorder.js"></' + 'script><textarea id="anew"></textarea>');
        document.close();
      };
    },
    "modal": () => {
      const dialog = document.createElement("dialog");
      dialog.append(field);
      root.append(dialog);
      dialog.showModal();
    },
    "trap": () => {
      root.append(field);
      const back = () => { if (document.activeElement !== field) field.focus(); };
      for (const type of ["focusin", "focusout", "blur", "keydown", "keyup"]) document.addEventListener(type, back, true);
    },
    "inert-rest": () => {
      root.append(field);
      // What a page does that shows its own layer: all but the layer is inert, also what is added later.
      new MutationObserver((changes) => {
        for (const change of changes) {
          for (const node of change.addedNodes) if (node instanceof HTMLElement && node !== root) node.inert = true;
        }
      }).observe(document.documentElement, { childList: true, subtree: true });
    },
    "fullscreen": () => {
      root.append(field);
      field.addEventListener("click", () => { root.requestFullscreen().catch(() => {}); }, { once: true });
    },
    "zoomed": () => {
      root.append(field);
      document.documentElement.style.cssText = "transform: scale(.5); filter: blur(0); contain: paint; overflow: hidden";
    },
    "svg": () => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("width", "400");
      svg.setAttribute("height", "120");
      const foreign = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
      foreign.setAttribute("width", "400");
      foreign.setAttribute("height", "120");
      foreign.append(field);
      svg.append(foreign);
      root.append(svg);
    },
  };

  /** @param {ShadowRootMode} mode */
  function inShadow(mode) {
    const host = document.createElement("div");
    host.attachShadow({ mode }).append(field);
    root.append(host);
  }

  places[place]();
  /** @type {any} */ (window).field = {
    get element() { return document.getElementById("anew") ?? (field.getRootNode({ composed: true }) === document ? field : null); },
    text() { return this.element.value; },
    shape() { return this.element.value; },
  };
}
