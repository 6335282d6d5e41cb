// The page's own eyes: it runs before anything else of the page and notes every event that reaches the page, in order,
// once when it comes down (before any other listener of the page) and once when it has gone up again.
{
  /** @type {object[]} */
  const seen = [];
  /** @type {any} */ (window).seen = seen;
  /** @type {any} */ (window).violations = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, sample }) => {
    /** @type {any} */ (window).violations.push([effectiveDirective, blockedURI, sourceFile, sample].join(" "));
  });
  const types = ["paste", "beforeinput", "input", "drop", "dragover", "submit", "change", "copy", "cut"];
  /** @param {any} event @param {string} phase */
  const note = (event, phase) => {
    const transfer = event.clipboardData ?? event.dataTransfer ?? null;
    seen.push({
      type: event.type,
      phase,
      inputType: event.inputType ?? null,
      data: event.data ?? null,
      plain: transfer ? transfer.getData("text/plain") : null,
      html: transfer ? transfer.getData("text/html") : null,
      files: transfer ? transfer.files.length : 0,
      trusted: event.isTrusted,
      prevented: phase === "up" ? event.defaultPrevented : null,
    });
  };
  for (const type of types) {
    window.addEventListener(type, (event) => note(event, "down"), true);
    window.addEventListener(type, (event) => note(event, "up"), false);
  }
}
