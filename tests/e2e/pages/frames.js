// A textarea in a frame of each kind that a page can make.
{
  const root = /** @type {HTMLElement} */ (document.getElementById("root"));
  const kind = root.dataset.frame ?? "";
  /** Address of a page with a textarea, on another site than this one. */
  const elsewhere = root.dataset.field ?? "";
  const here = elsewhere.replace(/^https:\/\/[^/]+/, location.origin);

  const make = async () => {
    const recorder = await (await fetch("/recorder.js")).text();
    const plain = await (await fetch("/plain.js")).text();
    const end = "</" + "script>";
    const page = `<!doctype html><title>inside</title><script>${recorder}${end}<main id="root" data-kind="textarea"></main><script>${plain}${end}`;
    const frame = document.createElement("iframe");
    frame.id = "frame";
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    /** @type {Record<string, () => void>} */
    const kinds = {
      "same-origin": () => { frame.src = here; },
      "cross-origin": () => { frame.src = elsewhere; },
      "sandboxed": () => { frame.sandbox.add("allow-scripts"); frame.src = here; },
      "srcdoc": () => { frame.srcdoc = page; },
      "srcdoc-sandboxed": () => { frame.sandbox.add("allow-scripts"); frame.srcdoc = page; },
      "blob": () => { frame.src = URL.createObjectURL(new Blob([page], { type: "text/html" })); },
      "data": () => { frame.src = `data:text/html;charset=utf-8,${encodeURIComponent(page)}`; },
      "about-blank": () => {},
      "javascript": () => { frame.src = "javascript:''"; },
      "written": () => {},
    };
    kinds[kind]();
    root.append(frame);
    if (kind === "written") {
      const inside = /** @type {Document} */ (frame.contentDocument);
      inside.open();
      inside.write(page);
      inside.close();
    }
    await loaded;
    if (kind === "about-blank" || kind === "javascript") {
      const inside = /** @type {any} */ (frame.contentWindow);
      inside.eval(recorder);
      inside.document.body.innerHTML = '<main id="root" data-kind="textarea"></main>';
      inside.eval(plain);
    }
    /** @type {any} */ (window).ready = true;
  };
  void make();
}
