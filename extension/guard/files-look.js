/**
 * The look at one file: its pieces go to the background, which says what is in it (docs/architecture.md, "Files").
 */

/** @typedef {[start: number, end: number, bytes: number[]]} Edit what takes the place of some bytes of the file */

/**
 * @typedef {object} Report
 * @property {[entry: string, detector: number][]} found keys, and the entries of the archive that they are in
 * @property {boolean} unread whether something in it could not be looked at
 * @property {Edit[] | null} edits what makes a copy without keys; null where the file is no plain text
 */

/** The first piece tells what a file is; most need no other. */
const HEAD_BYTES = 64 << 10;
const PIECE_BYTES = 1 << 20;

/** How long the background may take for a piece. */
const ANSWER_MS = 15_000;

/**
 * @param {File} file
 * @param {(bytes: number) => boolean} goesOn is told how much has been looked at, and says whether anybody waits for the rest
 * @returns {Promise<Report>} rejected where it could not be looked at
 */
export async function lookAt(file, goesOn) {
  const port = chrome.runtime.connect({ name: "files" });
  try {
    let next = base64(file.slice(0, HEAD_BYTES));
    for (let at = 0, end = HEAD_BYTES; ; at = end, end += PIECE_BYTES) {
      const data = await next;
      const more = end < file.size;
      // Read while the background looks at the last one.
      if (more) next = base64(file.slice(end, end + PIECE_BYTES));
      const answer = await tell(port, { data, more });
      if (!answer.more) return answer;
      if (!goesOn(end - at)) throw new Error("given up");
    }
  } finally {
    port.disconnect();
  }
}

/**
 * @param {chrome.runtime.Port} port
 * @param {object} message
 * @returns {Promise<any>}
 */
function tell(port, message) {
  return new Promise((resolve, reject) => {
    port.onMessage.addListener(resolve);
    port.onDisconnect.addListener(reject);
    setTimeout(reject, ANSWER_MS);
    port.postMessage(message);
  });
}

/** @param {Blob} piece @returns {Promise<string>} */
function base64(piece) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(/** @type {string} */ (reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = reject;
    reader.readAsDataURL(piece);
  });
}

/**
 * A copy of a file with other bytes in some places.
 *
 * @param {File} file
 * @param {Edit[]} edits in order
 */
export function edited(file, edits) {
  /** @type {BlobPart[]} */
  const pieces = [];
  let at = 0;
  for (const [start, end, bytes] of edits) {
    pieces.push(file.slice(at, start), new Uint8Array(bytes));
    at = end;
  }
  const { name, type, lastModified } = file;
  return new File([...pieces, file.slice(at)], name, { type, lastModified });
}
