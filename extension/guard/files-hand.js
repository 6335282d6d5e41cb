/**
 * Handing over files that were dropped or pasted, by events like those that were held.
 *
 * Firefox gives a page only the files of a `DataTransfer` that the page's own constructor made; so what is to arrive is made by
 * those, which a content script reaches there. In Chromium the script's own do.
 */

/** @typedef {Map<string, string>} Types texts, by media type */

/** @returns {typeof globalThis} */
function realm() {
  return /** @type {any} */ (window).wrappedJSObject ?? window;
}

/** @param {DataTransfer} data @param {Types} types @param {File[]} files */
function fill(data, types, files) {
  for (const [type, text] of types) data.setData(type, text);
  for (const file of files) data.items.add(file);
  return data;
}

/**
 * @param {Element | null} target
 * @param {Event} event
 * @returns {boolean} whether nobody took it
 */
function dispatch(target, event) {
  return target !== null && EventTarget.prototype.dispatchEvent.call(target, event);
}

/**
 * @param {Element | null} target
 * @param {{clientX: number, clientY: number}} place
 * @param {Types} types
 * @param {File[]} files
 */
export function dispatchDrop(target, place, types, files) {
  const page = realm();
  const dataTransfer = fill(new page.DataTransfer(), types, files);
  const init = Object.assign(new page.Object(), { bubbles: true, cancelable: true, composed: true, dataTransfer, ...place });
  return dispatch(target, new page.DragEvent("drop", init));
}

/**
 * @param {Element | null} target
 * @param {Types} types
 * @param {File[]} files
 */
export function dispatchPaste(target, types, files) {
  const page = realm();
  const clipboardData = fill(new page.DataTransfer(), types, files);
  const init = Object.assign(new page.Object(), { bubbles: true, cancelable: true, composed: true, clipboardData });
  const event = new page.ClipboardEvent("paste", init);
  // Firefox ignores that member, and makes one that can be filled.
  if (event.clipboardData?.files.length === 0) fill(event.clipboardData, types, files);
  return dispatch(target, event);
}

/** The files and folders that are dropped. @param {DataTransfer} data @returns {FileSystemEntry[]} */
export function entriesOf(data) {
  return [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
}

/** More files than that are not looked at. */
const MAX_FILES = 10_000;

/**
 * All files in folders, however deep.
 *
 * @param {FileSystemEntry[]} entries
 * @returns {Promise<File[]>}
 */
export async function filesIn(entries) {
  const files = [];
  for (const entry of entries) {
    if (entries.length > MAX_FILES) throw new Error("too many");
    if (entry.isFile) files.push(await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject)));
    else {
      const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
      for (;;) {
        // A part of them at each call.
        const inside = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (inside.length === 0) break;
        entries.push(...inside);
      }
    }
  }
  return files;
}
