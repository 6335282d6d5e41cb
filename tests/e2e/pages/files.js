// A page that takes files, as the plainest of uploaders does, and notes what it gets: each event once, with each file's
// name, type, time and bytes, as the page itself reads them.
{
  /** @type {any} */
  const page = window;
  page.got = [];
  page.reading = 0;
  page.violations = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => page.violations.push(`${effectiveDirective} ${blockedURI}`));
  /** @param {Event} event @param {Iterable<File>} list @param {object} [more] */
  const note = async (event, list, more = {}) => {
    const { type, isTrusted: trusted } = event;
    const entry = { type, trusted, ...more, files: /** @type {object[]} */ ([]) };
    page.got.push(entry);
    page.reading += 1;
    entry.files = await Promise.all([...list].map(async (file) => {
      const { name, type, size, lastModified, webkitRelativePath: path } = file;
      const head = new Uint8Array(await file.slice(0, 100_000).arrayBuffer());
      return { name, type, size, lastModified, path, bytes: Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join("") };
    }));
    page.reading -= 1;
  };
  for (const type of ["input", "change"]) {
    addEventListener(type, (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.files) void note(event, input.files);
    }, true);
  }
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const data = event.dataTransfer;
    if (!data) return;
    const entries = [...data.items].map((item) => item.webkitGetAsEntry()?.fullPath ?? null);
    void note(event, data.files, { entries, types: [...data.types] });
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData) void note(event, event.clipboardData.files, { text: event.clipboardData.getData("text/plain") });
  });
  addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("shadow")?.attachShadow({ mode: "open" });
    if (!root) return;
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", (event) => void note(event, input.files ?? []));
    root.append(input);
    page.inShadow = input;
  });
}
